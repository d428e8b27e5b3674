import { RuleProblem, touchedWindows, type Column, type Rule, type RowSet, type WindowRows } from '@assay/rules';
import { z } from 'zod';
import type { StatementRunner } from './statement-runner.ts';

const starts = z.array(z.object({ start: z.string() }));

/**
 * For each window length among the rules: the windows this load touches, and the rows of all published loads that lie in them. A late
 * file so judges the whole of every window it reaches back into.
 */
export async function windowRows(
  runner: StatementRunner,
  given: {
    columns: readonly Column[];
    event_time: string | null;
    rules: readonly Rule[];
    load_rows: RowSet;
    all_rows: RowSet;
  },
): Promise<ReadonlyMap<string, WindowRows>> {
  const { columns, event_time, load_rows } = given;
  const lengths = new Set(given.rules.flatMap((rule) => rule.window ?? []));
  const windows = new Map<string, WindowRows>();
  for (const length of lengths) {
    const statement = statementOf({ columns, event_time, rows: load_rows }, length);
    const found = statement === undefined ? [] : starts.parse(await runner.rows(statement));
    windows.set(length, { rows: given.all_rows, starts: found.map(({ start }) => start) });
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
