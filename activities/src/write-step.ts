import { emitEvent, loadById, writeLoad, type Load, type Querier } from '@assay/clickhouse';
import type { LoadIdentity } from '@assay/workflows';

/** The steps of a load's workflow, as the distance of the versions they write. */
const steps = { received: 0, loading: 1, checking: 2, finished: 3 } as const;
const versionsPerStep = 1_000;
const versionsPerGeneration = 10_000;

export type Step = keyof typeof steps;

/**
 * The version of a load's row that a step writes. A repeated attempt writes the same version, a later step a higher one, a re-check a
 * whole generation higher; people's decisions count up in between.
 */
export function stepVersion(generation: number, step: Step): number {
  return generation * versionsPerGeneration + steps[step] * versionsPerStep;
}

/** The generation of the next re-check of a load. */
export function nextGeneration(version: number): number {
  return Math.floor(version / versionsPerGeneration) + 1;
}

/** A load nothing is known of beyond its receipt. */
export function receivedLoad(load: LoadIdentity, workflow: { workflow_id: string; run_id: string }): Load {
  return {
    load_id: load.load_id,
    version: stepVersion(0, 'received'),
    source_id: load.source_id,
    source: load.source,
    file: load.file,
    sha256: load.sha256,
    bytes: load.bytes,
    format: '',
    compression: '',
    state: 'received',
    reason: '',
    verdict: '',
    summary: '',
    records: '0',
    rows: '0',
    rejects: '0',
    findings: [],
    check_id: '0',
    backfill: load.backfill,
    replaces: load.replaces,
    received_at: load.received_at,
    loading_at: null,
    committed_at: null,
    checked_at: null,
    finished_at: null,
    workflow_id: workflow.workflow_id,
    run_id: workflow.run_id,
    actor: load.actor,
  };
}

/** Writes a step of a load on top of what is known (read when not given), and tells live views. */
export async function writeStep(
  db: Querier,
  load: LoadIdentity,
  change: Partial<Load> & Pick<Load, 'version' | 'workflow_id' | 'run_id'>,
  now: number,
  known?: Load,
): Promise<Load> {
  const before = known ?? (await loadById(db, load.load_id)) ?? receivedLoad(load, change);
  const after = { ...before, ...change };
  await writeLoad(db, after);
  await emitEvent(db, {
    type: `load.${after.state}`,
    ids: { source: load.source, load_id: load.load_id },
    data: { verdict: after.verdict, records: after.records },
    now,
  });
  return after;
}
