import type { Rule } from './kinds/registry.gen.ts';
import { isMap, plain, sameData, type Plain } from './plain.ts';
import { ruleFields } from './rule-fields.ts';
import { columnFields, sourceFields, type SourceDocument } from './spec.ts';

const defaults = {
  source: entries(sourceFields.parse({})),
  column: entries(columnFields.parse({})),
  rule: entries(ruleFields.parse({ rule_id: 'x' })),
};

/** The document as people write it, without what is only a default. `readDocument` reads it back to the same document. */
export function writeDocument(document: SourceDocument): ReadonlyMap<string, Plain> {
  const { columns, rules, ...fields } = document;
  const written = new Map<string, Plain>(given(entries(fields), defaults.source));
  if (columns.length > 0) {
    written.set(
      'columns',
      new Map(columns.map(({ name, ...column }) => [name, new Map(given(entries(column), defaults.column))])),
    );
  }
  if (rules.length > 0) written.set('rules', rules.map(writeRule));
  return written;
}

/** One rule as people write it: its id, its kind with the config, then what is not a default. */
export function writeRule(rule: Rule): ReadonlyMap<string, Plain> {
  const { rule_id: id, kind, config, ...fields } = rule;
  return new Map<string, Plain>([['id', id], [kind, plain(config)], ...given(entries(fields), defaults.rule)]);
}

function given(fields: ReadonlyMap<string, Plain>, usual: ReadonlyMap<string, Plain>): [string, Plain][] {
  return [...fields].flatMap(([name, value]): [string, Plain][] => {
    const standard = usual.get(name);
    if (standard !== undefined && sameData(value, standard)) return [];
    if (isMap(value) && isMap(standard)) return [[name, new Map(given(value, standard))]];
    return [[name, value]];
  });
}

function entries(object: object): ReadonlyMap<string, Plain> {
  const data = plain(object);
  return isMap(data) ? data : new Map();
}
