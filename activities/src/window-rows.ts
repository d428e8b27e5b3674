import {
  RuleProblem,
  touchedWindows,
  type Column,
  type Rule,
  type RowSet,
  type WindowProblem,
  type WindowRows,
} from '@assay/rules';
import { z } from 'zod';
import type { EventTimes } from './event-range.ts';
import type { StatementRunner } from './statement-runner.ts';

const starts = z.array(z.object({ start: z.string() }));

/**
 * For each window length among the rules: the windows this load touches, and the rows of all published loads that lie in them. A late
 * file so judges the whole of every window it reaches back into. Where the engine cannot tell them, its reason stands for the length.
 */
export async function windowRows(
  runner: StatementRunner,
  given: {
    columns: readonly Column[];
    event_time: string | null;
    times: EventTimes;
    rules: readonly Rule[];
    load_rows: RowSet;
    all_rows: RowSet;
    /** Which of all rows are of this load; undefined when all of them are. */
    own: WindowRows['own'];
  },
): Promise<ReadonlyMap<string, WindowRows | WindowProblem>> {
  const { columns, event_time, times, load_rows } = given;
  const lengths = new Set(given.rules.flatMap((rule) => rule.window ?? []));
  const windows = new Map<string, WindowRows | WindowProblem>();
  for (const length of lengths) {
    const statement = statementOf({ columns, event_time, rows: load_rows }, length);
    // Without its range of time a load does not know which others share its windows.
    const found = 'error' in times ? times : statement === undefined ? { rows: [] } : await runner.ask(statement);
    if ('error' in found) windows.set(length, found);
    else {
      const touched = starts.parse(found.rows).map(({ start }) => start);
      windows.set(length, { rows: given.all_rows, starts: touched, ...(given.own ? { own: given.own } : {}) });
    }
  }
  return windows;
}

/** A source without a usable event time has no windows; each rule says so itself. */
function statementOf(input: Parameters<typeof touchedWindows>[0], length: string): string | undefined {
  try {
    return touchedWindows(input, length);
  } catch (error) {
    if (error instanceof RuleProblem) return undefined;
    throw error;
  }
}
