import { encodedName, identifier, sql, type Column, type RowSet } from '@assay/rules';
import { z } from 'zod';
import type { StatementRunner } from './statement-runner.ts';

/** Earliest and latest event time of a load, ISO 8601 in UTC with nine decimals. */
export interface EventRange {
  readonly from: string;
  readonly to: string;
}

const answer = z.object({ from: z.string().nullable(), to: z.string().nullable() });

/**
 * The range of event times of a row set; undefined when the source has no event time or no row has one. A commit keeps nanoseconds, which
 * end in 2262 with the windows around them: times from 2200 on, such as those that stand for never, are no part of the range.
 */
export async function eventRange(
  runner: StatementRunner,
  given: { columns: readonly Column[]; event_time: string | null; rows: RowSet },
): Promise<EventRange | undefined> {
  const column = given.columns.find((candidate) => candidate.name === given.event_time);
  if (column === undefined || (column.type.kind !== 'timestamp' && column.type.kind !== 'date')) return undefined;
  const time = identifier(encodedName(column));
  const inRange = sql`${time} < toDateTime64('2200-01-01', 0, 'UTC')`;
  const { relation, condition } = given.rows;
  const text = sql`
SELECT toDateTime64(minIf(${time}, ${inRange}), 9, 'UTC') AS from, toDateTime64(maxIf(${time}, ${inRange}), 9, 'UTC') AS to
FROM ${relation} WHERE ${condition ?? sql`1`}`.text;
  const [found] = z.array(answer).parse(await runner.rows(text));
  if (found === undefined || found.from === null || found.to === null) return undefined;
  return { from: found.from, to: found.to };
}
