import { id, result, severity, timestamp, verdict } from '@assay/clickhouse';
import { z } from 'zod';
import { judgedResult } from './result.ts';
import { problem } from './problem.ts';

/** A rule as people write it: `id`, one kind with its config, and the common fields. */
export const ruleText = z.record(z.string(), z.unknown());

export const ruleView = z.object({
  source_id: id,
  source: z.string(),
  rule_id: z.string(),
  version: z
    .string()
    .meta({ description: 'The version of its source that brought this text; a rule has no numbers of its own.' }),
  kind: z.string(),
  severity,
  mode: z.enum(['draft', 'shadow', 'active']),
  description: z.string(),
  rule: ruleText,
  changed_at: timestamp,
  changed_by: z.string(),
  why: z.string(),
});
export type RuleView = z.infer<typeof ruleView>;

export const ruleSummary = ruleView.extend({
  /** The columns it looks at; a broken row is at fault in them. */
  columns: z.array(z.string()),
  /** Its results in the newest check of the source, worst first; empty when it was not judged yet. */
  latest: z.array(
    result.pick({ load_id: true, segment: true, window: true, verdict: true, value: true, finding: true }),
  ),
});
export type RuleSummary = z.infer<typeof ruleSummary>;

/** A page of rules with counts that hold over all pages. */
export const rulePage = z.object({
  items: z.array(ruleSummary),
  /** As many as fit all filters. */
  total: z.number(),
  /** As many as fit the filters but the verdict, by newest verdict; '' are those not judged. */
  by_verdict: z.array(z.object({ verdict: z.union([verdict, z.literal('')]), rules: z.number() })),
});
export type RulePage = z.infer<typeof rulePage>;

export const ruleResultPage = z.object({
  items: z.array(judgedResult),
  /** As many as there are of the segment, or of all. */
  total: z.number(),
  /** Every segment it has results of, by name; one without a name for a rule without segments. */
  segments: z.array(z.object({ segment: z.string(), results: z.number() })),
});
export type RuleResultPage = z.infer<typeof ruleResultPage>;

export const ruleRevision = ruleView.extend({ deleted: z.boolean() });

export const ruleValidation = z.object({
  valid: z.boolean(),
  problems: z.array(problem),
});
export type RuleValidation = z.infer<typeof ruleValidation>;

/** A JSON Schema as data. */
const jsonSchema = z.record(z.string(), z.unknown());

/** A rule kind as its form, docs and completion need it. */
export const ruleKindView = z.object({
  kind: z.string(),
  title: z.string(),
  help: z.string(),
  scope: z.enum(['rows', 'file']),
  counts: z.string(),
  /** What thresholds may speak about, the usual one first. */
  judges: z.array(z.string()),
  /** Whether `fail` or `warn` must be given. */
  threshold_required: z.boolean(),
  min_rows: z.number(),
  /** Of the config. */
  schema: jsonSchema,
  /** A config to begin with. */
  example: z.unknown(),
});

export const ruleKinds = z.object({
  items: z.array(ruleKindView),
  /** Of the fields every rule has beside its kind. */
  fields_schema: jsonSchema,
});
