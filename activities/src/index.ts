import type { Activities } from '@assay/workflows';
import { appendSource } from './append-source.ts';
import { checkLoad } from './check-load.ts';
import { decidePublication } from './decide-publication.ts';
import type { ActivityDeps } from './deps.ts';
import { finishLoad } from './finish-load.ts';
import { giveUpLoad } from './give-up-load.ts';
import { withHeartbeat } from './heartbeat.ts';
import { createIncidentActivities } from './incident/create-incident-activities.ts';
import type { IncidentDeps } from './incident/incident-deps.ts';
import { loadFile } from './load-file.ts';
import { readSource } from './read-source.ts';

export { noticeSchemaText } from './incident/notice-schema.ts';

/** Everything impure that workflows ask for, bound to what it acts on. */
export function createActivities(deps: ActivityDeps & IncidentDeps): Activities {
  return {
    ...createIncidentActivities(deps),
    loadFile: (input) => withHeartbeat((beat) => loadFile(deps, input, beat)),
    checkLoad: (input) => withHeartbeat((beat) => checkLoad(deps, input, beat)),
    finishLoad: (input) => withHeartbeat(() => finishLoad(deps, input)),
    giveUpLoad: (input) => giveUpLoad(deps, input),
    readSource: (ref) => readSource(deps, ref),
    appendSource: (input) => appendSource(deps, input),
    decidePublication: (input) => decidePublication(deps, input),
  };
}
