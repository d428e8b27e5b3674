import type { IncidentActivities } from '@assay/workflows';
import { deliverNotice } from './deliver-notice.ts';
import type { IncidentDeps } from './incident-deps.ts';
import { projectIncident } from './project-incident.ts';

/** The activities that incidents call, bound to what they act on. */
export function createIncidentActivities(deps: IncidentDeps): IncidentActivities {
  return {
    projectIncident: (input) => projectIncident(deps, input),
    deliverNotice: (notice) => deliverNotice(deps, notice),
  };
}
