import { countLoads, listLoads, type LoadState, type LoadVerdict } from '@assay/clickhouse';
import type { LoadPage } from '../shapes/load.ts';
import { findSource } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { workOf } from './stages.ts';

interface LoadsInput {
  readonly source?: string | undefined;
  readonly state?: readonly LoadState[] | undefined;
  readonly verdict?: readonly LoadVerdict[] | undefined;
  readonly text?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One page of loads, newest first; `next_before` leads to the page below and is null on the last. A source that is named must exist. */
export async function listedLoads(ctx: AuthorizedContext, input: LoadsInput): Promise<LoadPage> {
  const { source, state, verdict, text, before, limit } = input;
  const filter = { source, states: state, text };
  const [found, by_verdict] = await Promise.all([
    listLoads(ctx.db, { ...filter, verdicts: verdict, before, limit: limit + 1 }),
    countLoads(ctx.db, filter),
  ]);
  if (found.length === 0 && source !== undefined) await findSource(ctx, source);
  const items = found.slice(0, limit).map((load) => ({
    ...load,
    url: ctx.services.links.load(load.load_id),
    took_ms: workOf(load, null),
  }));
  const counted = by_verdict.filter(
    (count) => verdict === undefined || verdict.length === 0 || verdict.includes(count.verdict),
  );
  return {
    items,
    next_before: found.length > limit ? (items.at(-1)?.load_id ?? null) : null,
    total: counted.reduce((sum, { loads }) => sum + loads, 0),
    by_verdict,
  };
}
