import { formatColumnType } from '@assay/rules';
import type { OddValue, ReadPlan } from './define.ts';
import { addFitting, inferType, nearMiss, type NewColumn } from './infer-type.ts';
import type { ReadTotals } from './read-totals.ts';
import { emptyTally, mergeTally } from './value-tally.ts';

/** What the reader of a first file learned about its inferred columns. */
export interface WidenedPlan {
  /** The same columns when nothing had to change: then the reading stands. Otherwise the file is read again with these. */
  readonly columns: readonly NewColumn[];
  readonly changed: boolean;
  readonly nearly_strict: readonly NearlyStrictColumn[];
}

/** A column that stays text although at least 99 % of its values fit a strict type. */
export interface NearlyStrictColumn {
  readonly name: string;
  readonly type: string;
  readonly fits: number;
  readonly misfits: number;
  /** The first values that do not fit. */
  readonly odd: readonly OddValue[];
}

/**
 * After a whole file was read with inferred types: widens each inferred column that had misfits until it takes all its values unharmed, and makes
 * columns of fields that the samples had not shown, most frequent first, up to the limit.
 */
export function widenPlan(plan: ReadPlan, totals: ReadTotals): WidenedPlan {
  const nearly_strict: NearlyStrictColumn[] = [];
  const { format } = plan.layout;
  const known = plan.columns.map((column, index): NewColumn => {
    const observed = totals.columns[index];
    if (column.inferred !== true || observed === undefined || observed.type_errors === 0) return column;
    const tally = emptyTally();
    mergeTally(tally, observed.misfits);
    addFitting(tally, column, totals.fitting(index));
    const guess = inferType(tally, format);
    const miss = guess.type.kind === 'string' || guess.type.kind === 'json' ? nearMiss(tally) : undefined;
    if (miss !== undefined) {
      const { fits, misfits } = miss;
      nearly_strict.push({
        name: column.name,
        type: formatColumnType(miss.guess.type),
        fits,
        misfits,
        odd: observed.odd,
      });
    }
    return { name: column.name, inferred: true, ...guess };
  });
  const room = Math.max(0, plan.limits.columns_max - known.length);
  const found = [...totals.extras]
    .sort(([, one], [, other]) => other.values + other.nulls - (one.values + one.nulls))
    .slice(0, room)
    .map(([name, { tally }]) => ({ name, inferred: true, ...inferType(tally, format) }));
  const changed = found.length > 0 || known.some((column, index) => column !== plan.columns[index]);
  return { columns: [...known, ...found], changed, nearly_strict };
}
