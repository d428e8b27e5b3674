import { listLoads, type LoadState, type LoadVerdict } from '@assay/clickhouse';
import type { LoadView } from '../shapes/load.ts';
import { findSource } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { workOf } from './stages.ts';

interface LoadsInput {
  readonly source?: string | undefined;
  readonly state?: readonly LoadState[] | undefined;
  readonly verdict?: readonly LoadVerdict[] | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One page of loads, newest first; `next_before` leads to the page below and is null on the last. A source that is named must exist. */
export async function listedLoads(
  ctx: AuthorizedContext,
  input: LoadsInput,
): Promise<{ items: LoadView[]; next_before: string | null }> {
  const { source, state, verdict, before, limit } = input;
  const found = await listLoads(ctx.db, { source, states: state, verdicts: verdict, before, limit: limit + 1 });
  if (found.length === 0 && source !== undefined) await findSource(ctx, source);
  const items = found.slice(0, limit).map((load) => ({
    ...load,
    url: ctx.services.links.load(load.load_id),
    took_ms: workOf(load, null),
  }));
  return { items, next_before: found.length > limit ? (items.at(-1)?.load_id ?? null) : null };
}
