import {
  stepVersion,
  commitOfSource,
  loadById,
  timestampOf,
  openBytes,
  RefusedFile,
  type ByteSource,
} from '@assay/clickhouse';
import type { LoadFileInput, LoadFileResult } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';
import type { Beat } from './heartbeat.ts';
import { readLoad } from './read-load.ts';
import { storedSource } from './read-source.ts';
import { byteLimitsOf, maskedColumns, sourceSettings } from './source-settings.ts';
import { sourceRemoved } from './source-removed.ts';
import { writeStep } from './write-step.ts';

/**
 * Reads the file of a load into its data table and `rejects` under fresh chunk ids. Nothing is visible before the commit; an attempt that
 * dies leaves rows under chunk ids that no commit will name.
 */
export async function loadFile(deps: ActivityDeps, input: LoadFileInput, beat: Beat): Promise<LoadFileResult> {
  const { load, workflow_id, run_id } = input;
  const db = deps.connection.querier(load.tenant);
  const loading_at = timestampOf(deps.now());
  const [state, commit, before] = await Promise.all([
    storedSource(db, load.source),
    commitOfSource(db, load.source_id),
    loadById(db, load.load_id).then(async (before) => {
      const step = {
        version: stepVersion(input.generation ?? 0, 'loading'),
        state: 'loading',
        loading_at,
        workflow_id,
        run_id,
      } as const;
      await writeStep(db, load, step, deps.now(), before);
      return before;
    }),
  ]);
  if (state?.source_id !== load.source_id) {
    return { outcome: 'refused', reason: sourceRemoved(load).message, format: '', compression: '', loading_at };
  }
  const settings = sourceSettings(state);
  // Files without a column, such as empty ones, decided nothing.
  const first = commit === undefined || state.columns.length === 0;

  let bytes: ByteSource | undefined;
  try {
    const byte_limits = byteLimitsOf(settings.document);
    bytes = await openBytes({ from: deps.inbox.path(load.load_id), limits: byte_limits, signal: beat.signal });
    const { compression } = bytes;
    const read = await readLoad(deps, { db, load, settings, bytes, byte_limits, first, beat });
    // A workflow that was ended and started again counts its attempts from 1 again.
    const only_attempt = read.only_attempt && (before?.loading_at ?? null) === null;
    return { ...read, only_attempt, compression, loading_at };
  } catch (error) {
    const reason = reasonOf(error, maskedColumns(settings.document).size > 0);
    if (reason === undefined) throw error;
    return { outcome: 'refused', reason, format: '', compression: bytes?.compression ?? '', loading_at };
  } finally {
    await bytes?.close();
  }
}

/** Why a file is refused; undefined for what has nothing to do with the file. */
function reasonOf(error: unknown, hidesValues: boolean): string | undefined {
  if (error instanceof RefusedFile) return hidesValues ? error.discreet : error.message;
  const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return isGone ? 'Its bytes are no longer in the inbox: send the file once more, with --again.' : undefined;
}
