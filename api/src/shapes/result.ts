import { result } from '@assay/clickhouse';
import { z } from 'zod';

/** Values between two ends, written as the value of the result is; null is no end. */
const range = z.object({ from: z.string().nullable(), to: z.string().nullable() });

/** A result with where its value would have failed and warned, by the version of the rule that judged it. */
export const judgedResult = result.extend({
  /** What the value is; null when the version is not known any more. */
  unit: z.enum(['count', 'share', 'number', 'seconds', 'time']).nullable(),
  limits: z.object({ fail: z.array(range), warn: z.array(range) }),
});
export type JudgedResult = z.infer<typeof judgedResult>;
