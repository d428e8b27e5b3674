import { listSources, loadsWithParts, timestampOf, type Kept, type Load, type SourceVersion } from '@assay/clickhouse';
import { parseDocument } from '@assay/rules';
import type { RetentionReport, SourceExpiry, SourceRetention, UpkeepInput } from '@assay/workflows';
import { expireLoads } from '@assay/workflows/client';
import type { ActivityDeps } from './deps.ts';
import { dropExpired } from './drop-expired.ts';
import { dueParts } from './due-parts.ts';
import { unlessRemoved } from './unless-removed.ts';

export type RetentionDeps = Pick<ActivityDeps, 'connection' | 'inbox' | 'temporal' | 'now'>;

/** One message to a source names no more loads than this. */
const loadsPerStep = 500;

/**
 * Gives up what the sources of a tenant keep no longer. What expires is written first, by the workflow of each source, so that nothing
 * reads it any more; then it is deleted. Every step may be repeated, and one that was cut off is finished the next time.
 */
export async function applyRetention(deps: RetentionDeps, { tenant, dry_run }: UpkeepInput): Promise<RetentionReport> {
  const db = deps.connection.querier(tenant);
  const sources: SourceRetention[] = [];
  for (const source of await listSources(db)) {
    const due = await dueLoads(deps, tenant, source);
    if (!dry_run) await expire(deps, tenant, { source, due });
    const dropped = await dropExpired(deps, { tenant, source_id: source.source_id, dry_run });
    const report: SourceRetention = { source: source.name, ...counted(due), ...dropped };
    if (due.length > 0 || dropped.loads_deleted > 0) sources.push(report);
  }
  return { dry_run, sources };
}

interface Due {
  readonly load: Load;
  readonly parts: readonly Kept[];
}

async function dueLoads(deps: RetentionDeps, tenant: string, source: SourceVersion): Promise<Due[]> {
  const { retention } = parseDocument(JSON.parse(source.document));
  const parts = (['inbox', 'rows', 'evidence', 'metrics'] as const).filter((part) => retention[part] !== 'for ever');
  if (parts.length === 0) return [];
  const now = deps.now();
  const loads = await loadsWithParts(deps.connection.querier(tenant), {
    source_id: source.source_id,
    before: timestampOf(now),
    parts,
  });
  return loads.map((load) => ({ load, parts: dueParts(load, retention, now) })).filter((due) => due.parts.length > 0);
}

async function expire(
  deps: RetentionDeps,
  tenant: string,
  { source, due }: { source: SourceVersion; due: readonly Due[] },
): Promise<void> {
  const { name } = source;
  for (let first = 0; first < due.length; first += loadsPerStep) {
    const step = due.slice(first, first + loadsPerStep);
    const loads: SourceExpiry['loads'] = step.map(({ load, parts }) => ({ load_id: load.load_id, parts }));
    const last = step.at(-1)?.load;
    const isWritten = await unlessRemoved(
      expireLoads(deps.temporal, {
        ref: { tenant, source: name },
        if_new: null,
        expiry: { loads },
        update_id: `expire-${last?.load_id ?? ''}-${String(deps.now())}`,
      }),
    );
    if (!isWritten) return;
  }
}

function counted(due: readonly Due[]): Pick<SourceRetention, 'expires' | 'rows' | 'bytes'> {
  const having = (part: Kept) => due.filter(({ parts }) => parts.includes(part));
  const sum = (loads: readonly Due[], count: (load: Load) => string) =>
    String(loads.reduce((total, { load }) => total + BigInt(count(load)), 0n));
  return {
    expires: {
      inbox: having('inbox').length,
      rows: having('rows').length,
      evidence: having('evidence').length,
      metrics: having('metrics').length,
    },
    rows: sum(having('rows'), (load) => load.rows),
    bytes: sum(having('inbox'), (load) => load.bytes),
  };
}
