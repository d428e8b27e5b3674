import type { LoadFileInput, LoadFileResult } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';
import type { Beat } from './heartbeat.ts';
import { loadFile } from './load-file.ts';

/** Reads a file once more, when the inbox still has the bytes that were received. What other bytes would say is not this load. */
export async function reloadFile(deps: ActivityDeps, input: LoadFileInput, beat: Beat): Promise<LoadFileResult> {
  const { load } = input;
  const about = await deps.inbox.manifest(load.load_id);
  if (about !== undefined && (await deps.inbox.intact(about))) return loadFile(deps, input, beat);
  const what = about === undefined ? 'are no longer in the inbox' : 'in the inbox are not the ones that were received';
  return {
    outcome: 'refused',
    reason: `The bytes of ${load.file} ${what}: send the file again.`,
    format: '',
    compression: '',
    loading_at: new Date(deps.now()).toISOString(),
  };
}
