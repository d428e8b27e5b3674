import { encodedName, fromRows, identifier, shareSelect, sql, type Column, type RowSet } from '@assay/rules';
import { z } from 'zod';
import type { StatementRunner } from './statement-runner.ts';

/** What is known of the event times of a load. */
export type EventTimes = { readonly range: EventRange | undefined } | { readonly error: string };

/** Earliest and latest event time of a load, ISO 8601 in UTC with nine decimals. */
export interface EventRange {
  readonly from: string;
  readonly to: string;
}

const answer = z.object({ from: z.string().nullable(), to: z.string().nullable() });

/**
 * The range of event times of a row set, undefined when the source has no event time or no row has one; or why the engine cannot tell. A commit keeps nanoseconds, which
 * end in 2262 with the windows around them: times from 2200 on, such as those that stand for never, are no part of the range.
 */
export async function eventRange(
  runner: StatementRunner,
  given: { columns: readonly Column[]; event_time: string | null; rows: RowSet },
): Promise<EventTimes> {
  const column = given.columns.find((candidate) => candidate.name === given.event_time);
  if (column === undefined || (column.type.kind !== 'timestamp' && column.type.kind !== 'date'))
    return { range: undefined };
  const time = identifier(encodedName(column));
  const inRange = sql`${time} < toDateTime64('2200-01-01', 0, 'UTC')`;
  const ends = sql`toDateTime64(minIf(${time}, ${inRange}), 9, 'UTC') AS from, toDateTime64(maxIf(${time}, ${inRange}), 9, 'UTC') AS to`;
  const asked = await runner.ask(sql`SELECT ${ends} ${fromRows(given.rows)}`.text, shareSelect(given.rows, ends));
  if ('error' in asked) return asked;
  const [found] = z.array(answer).parse(asked.rows);
  if (found === undefined || found.from === null || found.to === null) return { range: undefined };
  return { range: { from: found.from, to: found.to } };
}
