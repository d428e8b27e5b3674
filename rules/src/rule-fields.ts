import { z } from 'zod';
import { distinctNames } from './column-names.ts';
import { parseDuration } from './duration.ts';
import { nearest } from './nearest.ts';
import { thresholds } from './threshold.ts';

/** How much a violation matters; decides who hears of it and when. */
export const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof severity>;

/** `draft` is not evaluated, `shadow` is recorded but silent. */
export const mode = z.enum(['draft', 'shadow', 'active']);

/** The id of a rule, stable over edits: letters, digits, `_`, `.` and `-`. */
export const ruleId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/,
    'an id is made of letters, digits, `_`, `.` and `-`, at most 128 of them',
  );

/** A tumbling interval of event time, `1 hour`. */
const windowText = z.string().superRefine((text, context) => {
  const message = windowProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** What every rule has beside its kind and config, whatever the kind. Every default of a rule is stated here; null means "not given". */
export const ruleFields = z.strictObject({
  rule_id: ruleId,
  where: z
    .string()
    .min(1)
    .max(10_000)
    .nullable()
    .default(null)
    .meta({ description: 'Only rows that meet this condition are checked.' }),
  by: distinctNames(4).default([]).meta({ description: 'One verdict per combination of values of these columns.' }),
  window: windowText
    .nullable()
    .default(null)
    .meta({ description: 'One verdict per interval of event time the file touches, such as `1 hour`.' }),
  severity: severity.default('medium').meta({ description: 'How much a violation matters.' }),
  mode: mode.default('active').meta({ description: '`draft` is not evaluated, `shadow` is recorded but silent.' }),
  min_rows: z.int().min(0).nullable().default(null).meta({
    description: 'With fewer rows checked the verdict is `no_data`. When left out, the kind decides: 1 for most.',
  }),
  evidence: distinctNames(100)
    .default([])
    .meta({ description: 'Columns whose values are kept with failed rows, beside the key.' }),
  fail: thresholds
    .nullable()
    .default(null)
    .meta({ description: 'What is a failure. Without `fail` and `warn` any violation is.' }),
  warn: thresholds.nullable().default(null).meta({ description: 'What is worth a warning.' }),
  owner: z.string().min(1).max(200).nullable().default(null),
  tags: z.array(z.string().min(1).max(100)).max(100).default([]),
  description: z.string().max(4_000).nullable().default(null),
  runbook: z.string().max(2_000).nullable().default(null).meta({ description: 'Where to read what to do about it.' }),
});
export type RuleFields = z.infer<typeof ruleFields>;

/** The length of a window in seconds. @throws RangeError on text that `windowText` refuses. */
export function windowSeconds(text: string): number {
  const seconds = parseDuration(text);
  if (seconds?.denominator !== 1n) throw new RangeError(`${JSON.stringify(text)} is not the length of a window.`);
  return Number(seconds.numerator);
}

function windowProblem(text: string): string | undefined {
  const seconds = parseDuration(text);
  if (!seconds)
    return `${JSON.stringify(text)} is not a length of time${nearestUnit(text)}; write one such as \`15 minutes\`, \`1 hour\` or \`1 day\``;
  if (seconds.numerator < 1n) return `a window lasts at least a second, ${JSON.stringify(text)} does not`;
  if (seconds.denominator !== 1n) return 'a window has a whole number of seconds';
  if (seconds.numerator > 366n * 86_400n) return 'a window is at most 366 days long';
  return undefined;
}

function nearestUnit(text: string): string {
  const [, amount, word] = /^([\d.]+)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const unit = word === undefined ? undefined : nearest(word, ['second', 'minute', 'hour', 'day', 'week']);
  return amount === undefined || unit === undefined
    ? ''
    : `, did you mean \`${amount} ${unit}${amount === '1' ? '' : 's'}\`?`;
}
