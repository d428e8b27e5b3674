import { z } from 'zod';
import type { RuleKind } from './define.ts';
import { sentences } from './parse-sentence.ts';
import { kinds, rule, type Rule } from './kinds/registry.gen.ts';
import { lostName } from './lost-name.ts';
import { didYouMean } from './nearest.ts';
import { isList, isMap, toObject, type Plain } from './plain.ts';
import type { Problem } from './problem.ts';
import { ruleFields, type RuleFields } from './rule-fields.ts';
import { sourceProblems } from './source-sense.ts';
import { columnFields, sourceDocument, sourceFields, type DeclaredColumn, type SourceDocument } from './spec.ts';
import { thresholdProblems } from './threshold-problems.ts';

export type ReadResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

const rulesMax = 10_000;
const kindsByName = new Map<string, RuleKind>(Object.entries(kinds));

/** A kind of rule by its name. */
export function kindOf(name: string): RuleKind | undefined {
  return kindsByName.get(name);
}

/**
 * Reads a source document as people write it: columns as a map by name, rules with their kind as a key.
 * Everything wrong is reported at once, each with its path.
 */
export function readDocument(value: Plain): ReadResult<SourceDocument> {
  if (!isMap(value))
    return failed([{ path: [], message: 'a source document is a map of fields, such as `source: orders`' }]);
  const problems: Problem[] = [];
  const rest = new Map(value);
  rest.delete('columns');
  rest.delete('rules');
  const fields = sourceFields.safeParse(toObject(rest), { reportInput: true });
  if (!fields.success) {
    problems.push(...sentences(fields.error, { schema: sourceFields, noun: 'a source', fields: ['columns', 'rules'] }));
  }
  const labels = value.get('labels');
  if (isMap(labels) && lostName(toObject(labels)) !== undefined) {
    problems.push({ path: ['labels', '__proto__'], message: '`labels.__proto__`: a label is called something else' });
  }
  const columns = readColumns(value.get('columns') ?? null, problems);
  const rules = readRules(value.get('rules') ?? null, problems);
  if (!fields.success) return failed(problems);
  const document = { ...fields.data, columns, rules: [...rules, ...impliedRules(columns, rules)] };
  problems.push(...sourceProblems(document));
  return problems.length > 0 ? failed(problems) : { ok: true, value: document };
}

/** Reads one rule as people write it; `taken` are ids that a rule without one of its own must not get. */
export function readRule(value: Plain, taken: ReadonlySet<string> = new Set()): ReadResult<Rule> {
  if (!isMap(value))
    return failed([{ path: [], message: 'a rule is a map of fields, such as `not_null: { column: amount }`' }]);
  const found = [...value.keys()].filter((key) => kindsByName.has(key));
  const [kind] = found;
  if (kind === undefined || found.length > 1) return failed([kindProblem(value, found)]);
  const given = new Map(value);
  const config = given.get(kind) ?? new Map<string, Plain>();
  given.delete(kind);
  given.delete('id');
  const problems: Problem[] = [];
  const id = value.get('id') ?? derivedId(kind, config, taken);
  const fields = ruleFields.safeParse({ ...record(toObject(given)), rule_id: id }, { reportInput: true });
  if (!fields.success)
    problems.push(
      ...sentences(fields.error, { schema: peopleFields, noun: 'a rule', fields: [...kindsByName.keys()] }).map(
        renameId,
      ),
    );
  const schema = kindsByName.get(kind)?.config ?? z.never();
  const parsed = schema.safeParse(toObject(config), { reportInput: true });
  if (!parsed.success) problems.push(...sentences(parsed.error, { schema, noun: `\`${kind}\`` }, [kind]));
  if (!fields.success || !parsed.success) return failed(problems);
  problems.push(...contractProblems(kind, fields.data));
  if (problems.length > 0) return failed(problems);
  return { ok: true, value: rule.parse({ ...fields.data, kind, config: parsed.data }) };
}

/** What the kind itself says about the common fields of a rule: thresholds it needs, filters it cannot take. */
export function contractProblems(kind: string, fields: RuleFields): Problem[] {
  const answers = kindsByName.get(kind);
  if (!answers)
    return [
      { path: ['kind'], message: `there is no kind of rule called \`${kind}\`${didYouMean(kind, kindsByName.keys())}` },
    ];
  const problems: Problem[] = [];
  for (const level of ['fail', 'warn'] as const) {
    for (const measure of Object.keys(fields[level] ?? {})) {
      if (!answers.judges.some((judged) => judged === measure)) {
        problems.push({
          path: [level, measure],
          message: `\`${kind}\` has no ${measure} to compare; it has ${answers.judges.join(' and ')}`,
        });
      }
    }
  }
  problems.push(...thresholdProblems({ fail: fields.fail, warn: fields.warn }, null));
  if (!answers.judges.includes('count') && fields.fail === null && fields.warn === null) {
    const message = `\`${kind}\` measures a value and needs to be told which is wrong: add \`fail\` or \`warn\`, such as \`fail: { value: "< 10" }\``;
    problems.push({ path: [], message });
  }
  if (answers.scope === 'file') {
    for (const field of ['where', 'window'] as const) {
      if (fields[field] !== null) problems.push({ path: [field], message: wholeFile(kind, field) });
    }
    for (const field of ['by', 'evidence'] as const) {
      if (fields[field].length > 0) problems.push({ path: [field], message: wholeFile(kind, field) });
    }
  }
  return problems;
}

/** The rules that a new source starts with, but for those that a rule of its own covers: one fault is told once. */
export function starterRules(own: readonly Rule[] = []): Rule[] {
  return [...kindsByName].flatMap(([kind, { starter }]) => {
    if (!starter) return [];
    const begun = rule.parse({ rule_id: starter.rule_id, kind, config: starter.config, warn: starter.warn });
    return own.some((written) => covers(written, begun)) ? [] : [begun];
  });
}

/** Whether a rule judges the whole file for what a starter looks for, and speaks of a single case of it as the starter does. */
function covers(written: Rule, { kind, config }: Rule): boolean {
  const { mode, where, window, by, min_rows, fail, warn } = written;
  const isWhole = mode === 'active' && where === null && window === null && by.length === 0 && min_rows === null;
  const ranges = [fail, warn].flatMap((level) => (level === null ? [] : Object.values(level)));
  const hearsOfOne = ranges.length === 0 || ranges.some((range) => range !== undefined && /^>\s*0\s*%?$/.test(range));
  return isWhole && hearsOfOne && written.kind === kind && JSON.stringify(written.config) === JSON.stringify(config);
}

/** A document from stored or transported JSON. @throws when it is not one of ours. */
export function parseDocument(json: unknown): SourceDocument {
  return sourceDocument.parse(json);
}

// In the people's form a rule's id is `id`.
const peopleFields = ruleFields.omit({ rule_id: true }).extend({ id: ruleFields.shape.rule_id });

function renameId(problem: Problem): Problem {
  if (problem.path[0] !== 'rule_id') return problem;
  return { path: ['id', ...problem.path.slice(1)], message: problem.message.replace('`rule_id`', '`id`') };
}

function readColumns(value: Plain, problems: Problem[]): DeclaredColumn[] {
  if (value === null) return [];
  if (!isMap(value)) {
    problems.push({
      path: ['columns'],
      message: '`columns` is a map of column names, such as `amount: { type: Int64 }`',
    });
    return [];
  }
  return [...value].flatMap(([name, given]) => {
    if (typeof given === 'string') {
      const message = `a column is a map of fields: write \`${name}: { type: ${given} }\``;
      problems.push({ path: ['columns', name], message });
      return [];
    }
    const parsed = columnFields.safeParse(given === null ? {} : toObject(given), { reportInput: true });
    if (parsed.success) return [{ name, ...parsed.data }];
    problems.push(...sentences(parsed.error, { schema: columnFields, noun: 'a column' }, ['columns', name]));
    return [];
  });
}

function readRules(value: Plain, problems: Problem[]): Rule[] {
  if (value === null) return [];
  if (!isList(value)) {
    problems.push({ path: ['rules'], message: '`rules` is a list: begin each rule with `- `' });
    return [];
  }
  if (value.length > rulesMax) {
    problems.push({
      path: ['rules'],
      message: `these are ${String(value.length)} rules: a source has at most ${String(rulesMax)}`,
    });
    return [];
  }
  const explicit = new Map<string, number>();
  value.forEach((given, index) => {
    const id = isMap(given) ? given.get('id') : undefined;
    if (typeof id !== 'string') return;
    const first = explicit.get(id);
    if (first === undefined) explicit.set(id, index);
    else
      problems.push({
        path: ['rules', index, 'id'],
        message: `two rules have the id \`${id}\`: rule ${String(first + 1)} and rule ${String(index + 1)}`,
      });
  });
  const taken = new Set(explicit.keys());
  return value.flatMap((given, index) => {
    const read = readRule(given, taken);
    if (read.ok) {
      taken.add(read.value.rule_id);
      return [read.value];
    }
    problems.push(...read.problems.map((problem) => ({ ...problem, path: ['rules', index, ...problem.path] })));
    return [];
  });
}

function impliedRules(columns: readonly DeclaredColumn[], rules: readonly Rule[]): Rule[] {
  const taken = new Set(rules.map((given) => given.rule_id));
  return columns
    .filter((column) => !column.nullable)
    .flatMap((column) =>
      [...kindsByName].flatMap(([kind, { required }]) => {
        if (!required) return [];
        const config = JSON.stringify(required(column.name));
        if (rules.some((given) => given.kind === kind && JSON.stringify(given.config) === config)) return [];
        const id = slugId(kind, [column.name], taken);
        taken.add(id);
        return [
          rule.parse({ rule_id: id, kind, config: required(column.name), description: 'Declared as not nullable.' }),
        ];
      }),
    );
}

function kindProblem(value: ReadonlyMap<string, Plain>, found: readonly string[]): Problem {
  const [first, second] = found;
  if (first !== undefined && second !== undefined) {
    return {
      path: [second],
      message: `a rule has one kind, this one has \`${first}\` and \`${second}\`: write two rules`,
    };
  }
  const fields = new Set(Object.keys(peopleFields.shape));
  const strange = [...value.keys()].find((key) => !fields.has(key));
  if (strange === undefined) {
    return { path: [], message: `this rule says no kind; there are ${[...kindsByName.keys()].join(', ')}` };
  }
  const near = didYouMean(strange, [...kindsByName.keys(), ...fields]);
  return {
    path: [strange],
    message: `\`${strange}\` is neither a kind nor a field of a rule${near || `; there are ${[...kindsByName.keys()].join(', ')}`}`,
  };
}

function wholeFile(kind: string, field: string): string {
  return `\`${kind}\` looks at the file as a whole and takes no \`${field}\``;
}

function derivedId(kind: string, config: Plain, taken: ReadonlySet<string>): string {
  if (!isMap(config)) return slugId(kind, [], taken);
  const columns = config.get('columns');
  const names = [config.get('column') ?? [], columns ?? []].flat();
  return slugId(
    kind,
    names.filter((name) => typeof name === 'string'),
    taken,
  );
}

/** `not-null-amount`, with a number behind it when that is taken. */
function slugId(kind: string, names: readonly string[], taken: ReadonlySet<string>): string {
  const slug = [kind, ...names]
    .map((name) =>
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
    )
    .filter((part) => part !== '')
    .join('-')
    .slice(0, 120);
  let id = slug;
  for (let number = 2; taken.has(id); number++) id = `${slug}-${String(number)}`;
  return id;
}

function failed(problems: readonly Problem[]): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
