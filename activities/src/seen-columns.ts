import type { SeenColumns } from '@assay/workflows';
import type { Reading } from './read-once.ts';

const undeclared_max = 100;
const nameLength_max = 200;

/** Which columns occurred in the file, in a form small enough for a workflow's history. */
export function seenColumns({ plan, totals }: Pick<Reading, 'plan' | 'totals'>): SeenColumns {
  const header = 'fields' in plan.layout ? new Set(plan.layout.fields) : undefined;
  const numbers = plan.columns.flatMap((column, place) => {
    const absent = totals.columns[place]?.absent ?? 0;
    const occurred = header === undefined ? absent < totals.rows : header.has(column.name);
    return occurred ? [column.number] : [];
  });
  const undeclared = [...totals.extras]
    .sort(([, one], [, other]) => other.values + other.nulls - (one.values + one.nulls))
    .map(([name]) => name.slice(0, nameLength_max).toWellFormed());
  return {
    numbers,
    undeclared: undeclared.slice(0, undeclared_max),
    undeclared_more: Math.max(0, undeclared.length - undeclared_max),
  };
}
