import { emitEvent, loadById, receivedLoad, writeLoad, type Load, type Querier } from '@assay/clickhouse';
import type { LoadIdentity } from '@assay/workflows';

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
