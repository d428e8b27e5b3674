import {
  commitOfLoad,
  emitEvents,
  finalStates,
  loadById,
  writeCommits,
  writeLoads,
  type Commit,
  type Load,
} from '@assay/clickhouse';
import type { Activities } from '@assay/workflows';
import { firstDecisionVersion } from './decide-publication.ts';
import type { ActivityDeps } from './deps.ts';
import type { IncidentDeps } from './incident/incident-deps.ts';
import { tellDamage } from './incident/tell-damage.ts';

type Input = Parameters<Activities['expireLoads']>[0];

/**
 * Writes that parts of loads are given up; from here on nothing reads them. A load that somebody works on again meanwhile is left for
 * the next time. A retry writes the same rows again.
 */
export async function expireLoads(deps: ActivityDeps & IncidentDeps, input: Input): Promise<void> {
  const db = deps.connection.querier(input.ref.tenant);
  const { at, decision_no } = input;
  const commits: Commit[] = [];
  const loads: Load[] = [];
  const damaged: { load: Load; commit: Commit }[] = [];
  for (const { load_id, parts } of input.expiry.loads) {
    const [load, commit] = await Promise.all([loadById(db, load_id), commitOfLoad(db, input.source_id, load_id)]);
    if (load === undefined || !finalStates.includes(load.state)) continue;
    const fresh = parts.filter((part) => load.expired[part] === undefined);
    const reason = `Its rows expired on ${at.slice(0, 10)}; its results are kept.`;
    const rowsExpire = parts.includes('rows') && commit !== undefined;
    if (rowsExpire && commit.state !== 'expired') {
      const version = firstDecisionVersion + decision_no;
      commits.push({ ...commit, version, state: 'expired', decided_at: at, decided_by: 'system', reason, damage: '' });
    }
    if (rowsExpire && (load.damage !== '' || commit.damage !== '')) damaged.push({ load, commit });
    const expired = { ...load.expired, ...Object.fromEntries(fresh.map((part) => [part, at])) };
    // What is gone on purpose is not missing.
    const gone = rowsExpire ? ({ state: 'expired', reason, damage: '' } as const) : {};
    loads.push({ ...load, version: load.version + 1, ...gone, expired });
  }
  await writeCommits(db, commits);
  for (const { load, commit } of damaged) {
    const over = { ...commit, state: 'expired' } as const;
    const decided = { decision_no, at, actor: 'system', reason: '', cause: 'decided', storm: null } as const;
    await tellDamage(deps, db, { load, commit: over, ...decided });
  }
  await writeLoads(db, loads);
  await emitEvents(
    db,
    loads.map(({ source, load_id }) => ({ type: 'load.expired', ids: { source, load_id }, now: deps.now() })),
  );
}
