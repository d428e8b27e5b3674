import { z } from 'zod';
import { distinctNames } from './column-names.ts';
import { columnTypeProblem } from './column-type-problem.ts';
import { formatColumnType, parseColumnType } from './column-type.ts';
import { parseDuration } from './duration.ts';
import { rule } from './kinds/registry.gen.ts';
import { timestampFormatProblem } from './timestamp-format.ts';
import { zoneProblem } from './zone.ts';

/** What a source is called: part of addresses and workflow ids. */
export const sourceName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/,
    'a name is made of letters, digits, `_`, `.` and `-`, at most 128 of them',
  );

const typeText = z
  .string()
  .superRefine((text, context) => {
    const message = columnTypeProblem(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .transform((text) => {
    const type = parseColumnType(text);
    return type ? formatColumnType(type) : text;
  });

const timestampFormat = z
  .string()
  .max(100)
  .superRefine((text, context) => {
    const message = timestampFormatProblem(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

const zone = z.string().superRefine((text, context) => {
  const message = zoneProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const duration = z
  .string()
  .refine((text) => (parseDuration(text)?.numerator ?? 0n) > 0n, 'write a length of time above zero, such as `1 day`');

const keep = z
  .string()
  .regex(/^(?:[1-9]\d{0,4} days?|for ever)$/, 'write how long to keep it: `30 days`, at least `1 day`, or `for ever`');

/** What is declared of a column; null means that it is inferred or has none. */
export const columnFields = z.strictObject({
  type: typeText.nullable().default(null).meta({ description: 'Inferred when left out.' }),
  nullable: z
    .boolean()
    .default(true)
    .meta({ description: 'When false, a rule that every row has a value is implied.' }),
  timestamp_format: timestampFormat.nullable().default(null).meta({
    description:
      'How dates and times that are not ISO 8601 are written, as in strptime: `%d/%m/%Y`, `%d/%b/%Y:%H:%M:%S %z`; or `epoch_s`, `epoch_ms`, …',
  }),
  mask: z
    .boolean()
    .default(false)
    .meta({ description: 'Values never leave the engine: not in evidence, profiles or notices.' }),
  tags: z.array(z.string().min(1).max(100)).max(100).default([]),
});

const bound = (most: number) => z.int().min(1).max(most).nullable().default(null);

/** Bounds for one file; null means the default of the reader. What is beyond these no machine could keep to. */
const limits = z.strictObject({
  bytes_in_max: bound(16 * 1024 ** 4),
  bytes_out_max: bound(64 * 1024 ** 4),
  ratio_max: z.number().min(1).max(100_000).nullable().default(null),
  rows_max: bound(1_000_000_000_000),
  record_bytes_max: bound(256 * 1024 ** 2),
  depth_max: bound(1_000),
  columns_max: bound(10_000),
});

/** The fields of a source beside its columns and rules. Every default of a source is stated here; null means "not given". */
export const sourceFields = z.strictObject({
  source: sourceName.nullable().default(null),
  format: z
    .enum(['jsonl', 'csv', 'parquet'])
    .nullable()
    .default(null)
    .meta({ description: 'Found out from the file when left out.' }),
  delimiter: z
    .string()
    .refine((text) => /^[^"\r\n]$/u.test(text), 'write one character, such as `;` or "\\t"')
    .nullable()
    .default(null),
  header: z.boolean().nullable().default(null),
  null_tokens: z
    .array(z.string().max(100))
    .max(100)
    .default([])
    .meta({ description: 'Texts that mean NULL; none by default.' }),
  zone: zone.nullable().default(null).meta({ description: 'Of times without an offset; UTC when left out.' }),
  event_time: z.string().nullable().default(null).meta({ description: 'The column that says when it happened.' }),
  key: distinctNames(32).default([]).meta({ description: 'Names a row in evidence.' }),
  limits: limits.prefault({}),
  hold: z
    .enum(['nothing', 'file'])
    .default('nothing')
    .meta({ description: 'What a failing verdict withholds from the published view.' }),
  expect: z
    .strictObject({
      every: duration,
      by: z
        .string()
        .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'write a time of day such as "06:00"')
        .nullable()
        .default(null),
      zone: zone.nullable().default(null),
    })
    .nullable()
    .default(null),
  owner: z.string().min(1).max(200).nullable().default(null),
  team: z.string().min(1).max(200).nullable().default(null),
  tier: z
    .union([z.string().min(1).max(50), z.int()])
    .transform(String)
    .nullable()
    .default(null),
  labels: z
    .record(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'a label is made of letters, digits, `_`, `.` and `-`'),
      z.string().max(1_000),
    )
    .default({}),
  retention: z
    .strictObject({
      inbox: keep.default('30 days'),
      rows: keep.default('90 days'),
      evidence: keep.default('365 days'),
      metrics: keep.default('for ever'),
    })
    .prefault({}),
});

/** A declared column with its name, which is data and may be any text. */
export const declaredColumn = columnFields.extend({ name: z.string() });
export type DeclaredColumn = z.infer<typeof declaredColumn>;

/** Everything a source is configured with, as it is stored: columns and rules as lists, each rule with `rule_id`, `kind` and `config`. */
export const sourceDocument = sourceFields.extend({
  columns: z.array(declaredColumn).default([]),
  rules: z.array(rule).max(10_000).default([]),
});
export type SourceDocument = z.infer<typeof sourceDocument>;

/** A document in which nothing is declared. */
export function emptyDocument(source: string | null): SourceDocument {
  return sourceDocument.parse({ source });
}
