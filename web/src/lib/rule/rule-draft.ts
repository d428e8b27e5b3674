import { asConfig, asText, setField, type Config } from '../form/config.ts';

/** A rule while it is edited: its kind apart from the fields every rule has. */
export interface RuleDraft {
  readonly kind: string;
  readonly config: Config;
  /** The common fields by their names in the document; the id is called `id` there. */
  readonly fields: Config;
}

/** A draft of a rule as people write it. */
export function draftOf(kind: string, rule: Readonly<Record<string, unknown>>): RuleDraft {
  const fields = Object.fromEntries(Object.entries(rule).filter(([name]) => name !== kind));
  return { kind, config: asConfig(rule[kind]), fields };
}

/** The rule as people write it: id first, then its kind, then what is not left to its default. */
export function ruleOf(draft: RuleDraft): Record<string, unknown> {
  const { id, ...others } = draft.fields;
  return { id: asText(id), [draft.kind]: draft.config, ...others };
}

/** An id that says what the rule is about, such as `amount-not-null`. */
export function suggestedId(draft: RuleDraft): string {
  const subject = [draft.config['column'], draft.config['columns']].flat().map(asText).filter(Boolean).slice(0, 2);
  const words = [...subject, draft.kind].join('-').toLowerCase();
  return words
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
}

/** Sets one of `fail` and `warn` for what is judged; a threshold without any text is taken away. */
export function setThreshold(fields: Config, level: 'fail' | 'warn', change: { judge: string; text: string }): Config {
  return setField(fields, level, setField(asConfig(fields[level]), change.judge, change.text));
}
