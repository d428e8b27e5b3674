import type { Manifest } from '../inbox.ts';
import { stepVersion } from './load-version.ts';
import type { Load } from './load.ts';

/** The row of a load nothing is known of beyond its receipt. Every step of its workflow writes a higher version. */
export function receivedLoad(about: Manifest, workflow: { workflow_id: string; run_id: string }): Load {
  const { load_id, source_id, source, file, sha256, bytes, backfill, replaces, received_at, actor } = about;
  return {
    load_id,
    version: stepVersion(0, 'received'),
    source_id,
    source,
    file,
    sha256,
    bytes,
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
    backfill,
    replaces,
    received_at,
    loading_at: null,
    committed_at: null,
    checked_at: null,
    finished_at: null,
    workflow_id: workflow.workflow_id,
    run_id: workflow.run_id,
    actor,
    damage: '',
    expired: {},
  };
}

/** Who and what a stored load is, as its manifest said when it was received. */
export function loadIdentity(load: Load, tenant: string): Manifest {
  const { load_id, source_id, source, file, sha256, bytes, received_at, actor, backfill, replaces } = load;
  return { tenant, load_id, source_id, source, file, sha256, bytes, received_at, actor, backfill, replaces };
}
