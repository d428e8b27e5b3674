// Written by `pnpm gen` from the files of this folder; do not edit.
import { z } from 'zod';
import { ruleFields } from '../rule-fields.ts';
import { acceptedValues } from './accepted-values.ts';
import { columnsPresent } from './columns-present.ts';
import { freshness } from './freshness.ts';
import { length } from './length.ts';
import { matches } from './matches.ts';
import { metric } from './metric.ts';
import { notNull } from './not-null.ts';
import { range } from './range.ts';
import { rejectShare } from './reject-share.ts';
import { rowCount } from './row-count.ts';
import { rowExpression } from './row-expression.ts';
import { typeErrors } from './type-errors.ts';
import { unique } from './unique.ts';

/** Every kind of rule by its name. */
export const kinds = {
  accepted_values: acceptedValues,
  columns_present: columnsPresent,
  freshness: freshness,
  length: length,
  matches: matches,
  metric: metric,
  not_null: notNull,
  range: range,
  reject_share: rejectShare,
  row_count: rowCount,
  row_expression: rowExpression,
  type_errors: typeErrors,
  unique: unique,
} as const;

/** A rule as it is stored and transported: the common fields, its kind and the config of that kind. */
export const rule = z.discriminatedUnion('kind', [
  ruleFields.extend({ kind: z.literal('accepted_values'), config: acceptedValues.config }),
  ruleFields.extend({ kind: z.literal('columns_present'), config: columnsPresent.config }),
  ruleFields.extend({ kind: z.literal('freshness'), config: freshness.config }),
  ruleFields.extend({ kind: z.literal('length'), config: length.config }),
  ruleFields.extend({ kind: z.literal('matches'), config: matches.config }),
  ruleFields.extend({ kind: z.literal('metric'), config: metric.config }),
  ruleFields.extend({ kind: z.literal('not_null'), config: notNull.config }),
  ruleFields.extend({ kind: z.literal('range'), config: range.config }),
  ruleFields.extend({ kind: z.literal('reject_share'), config: rejectShare.config }),
  ruleFields.extend({ kind: z.literal('row_count'), config: rowCount.config }),
  ruleFields.extend({ kind: z.literal('row_expression'), config: rowExpression.config }),
  ruleFields.extend({ kind: z.literal('type_errors'), config: typeErrors.config }),
  ruleFields.extend({ kind: z.literal('unique'), config: unique.config }),
]);
export type Rule = z.infer<typeof rule>;
