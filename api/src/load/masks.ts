import { sourceByName } from '@assay/clickhouse';
import { maskedValue } from '@assay/rules';
import { sourceFactsOf } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** The columns of a source whose values nobody is to see, as it says today: what was stored before is hidden, too. */
export async function maskedColumns(ctx: AuthorizedContext, source: string): Promise<ReadonlySet<string>> {
  const found = await sourceByName(ctx.db, source);
  return found === undefined ? new Set() : sourceFactsOf(found).masked;
}

/** The values of some columns, those that are hidden in their mask; a null is none and stays. */
export function masked(
  values: Readonly<Record<string, string | null>>,
  hidden: ReadonlySet<string>,
): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value !== null && hidden.has(name) ? maskedValue : value]),
  );
}
