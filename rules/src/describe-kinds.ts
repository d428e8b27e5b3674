import { z } from 'zod';
import { kindOf } from './document.ts';
import { kinds } from './kinds/registry.gen.ts';
import { ruleFields } from './rule-fields.ts';

/** A JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a form or a page of documentation needs to know of a kind of rule. */
export interface KindDescription {
  readonly kind: string;
  readonly title: string;
  readonly help: string;
  readonly scope: 'rows' | 'file';
  readonly counts: string;
  /** What thresholds may speak about, the usual one first. */
  readonly judges: readonly string[];
  /** Whether `fail` or `warn` must be given. */
  readonly threshold_required: boolean;
  readonly min_rows: number;
  /** Of the config. */
  readonly schema: JsonSchema;
  readonly example: unknown;
}

/** Every kind of rule, by name. */
export function describeKinds(): KindDescription[] {
  return Object.keys(kinds).flatMap((kind) => {
    const answers = kindOf(kind);
    if (!answers) return [];
    const { title, help, scope, counts, judges, min_rows, examples } = answers;
    return [
      {
        kind,
        title,
        help,
        scope,
        counts,
        judges,
        threshold_required: !judges.includes('count'),
        min_rows,
        schema: ruleJsonSchema(kind),
        example: examples[0]?.config,
      },
    ];
  });
}

/** The JSON Schema of a kind's config. @throws RangeError when there is no such kind. */
function ruleJsonSchema(kind: string): JsonSchema {
  const answers = kindOf(kind);
  if (!answers) throw new RangeError(`There is no kind of rule called ${JSON.stringify(kind)}.`);
  return z.toJSONSchema(answers.config, { io: 'input' });
}

/** The JSON Schema of the fields every rule has beside its kind. */
export function ruleFieldsJsonSchema(): JsonSchema {
  return z.toJSONSchema(ruleFields, { io: 'input' });
}
