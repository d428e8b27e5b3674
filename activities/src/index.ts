import type { Activities } from '@assay/workflows';
import { appendSource } from './append-source.ts';
import { checkLoad } from './check-load.ts';
import { applyRetention } from './apply-retention.ts';
import { decidePublication } from './decide-publication.ts';
import type { ActivityDeps } from './deps.ts';
import { expireLoads } from './expire-loads.ts';
import { finishLoad } from './finish-load.ts';
import { finishReload } from './finish-reload.ts';
import { giveUpLoad } from './give-up-load.ts';
import { withHeartbeat } from './heartbeat.ts';
import { createIncidentActivities } from './incident/create-incident-activities.ts';
import type { IncidentDeps } from './incident/incident-deps.ts';
import { loadFile } from './load-file.ts';
import { readSource } from './read-source.ts';
import { reloadFile } from './reload-file.ts';
import { sweepStored } from './sweep-stored.ts';

export { noticeSchemaText } from './incident/notice-schema.ts';

/** Everything impure that workflows ask for, bound to what it acts on. */
export function createActivities(deps: ActivityDeps & IncidentDeps): Activities {
  return {
    ...createIncidentActivities(deps),
    loadFile: (input) => withHeartbeat((beat) => loadFile(deps, input, beat)),
    checkLoad: (input) => withHeartbeat((beat) => checkLoad(deps, input, beat)),
    finishLoad: (input) => withHeartbeat(() => finishLoad(deps, input)),
    giveUpLoad: (input) => withHeartbeat(() => giveUpLoad(deps, input)),
    reloadFile: (input) => withHeartbeat((beat) => reloadFile(deps, input, beat)),
    finishReload: (input) => withHeartbeat(() => finishReload(deps, input)),
    sweepStored: (input) => withHeartbeat(() => sweepStored(deps, input)),
    applyRetention: (input) => withHeartbeat(() => applyRetention(deps, input)),
    readSource: (ref) => withHeartbeat(() => readSource(deps, ref)),
    appendSource: (input) => withHeartbeat(() => appendSource(deps, input)),
    decidePublication: (input) => withHeartbeat(() => decidePublication(deps, input)),
    expireLoads: (input) => withHeartbeat(() => expireLoads(deps, input)),
  };
}
