import { newId } from '@assay/clickhouse';
import { policyFor } from '@assay/rules';
import {
  incidentMessages,
  incidentWorkflowId,
  taskQueues,
  type IncidentKey,
  type LoadCleared,
  type LoadDecided,
  type LoadJudged,
  type OpenIncident,
} from '@assay/workflows';
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import type { IncidentDeps } from './incident-deps.ts';

/** What an incident that is there can be told of a load, by the name of the signal. */
interface Told {
  readonly judged: LoadJudged;
  readonly decided: LoadDecided;
  readonly cleared: LoadCleared;
}

/** Tells an incident of a failure; the first one opens it. @param labels those of the source, which choose the escalation policy */
export async function raiseIncident(
  deps: IncidentDeps,
  failure: { key: IncidentKey; labels: Readonly<Record<string, string>>; judged: LoadJudged },
): Promise<WorkflowHandle> {
  const { key, labels, judged } = failure;
  const policy = policyFor(await deps.policies.current(), { source: key.source, labels });
  const opening: OpenIncident = { kind: 'open', incident_id: newId(deps.now()), key, policy };
  return deps.temporal.workflow.signalWithStart('runIncident', {
    workflowId: incidentWorkflowId(key),
    taskQueue: taskQueues.control,
    args: [opening],
    signal: incidentMessages.judged,
    signalArgs: [judged],
    staticSummary: `${key.source} · ${key.rule_id}${key.segment === '' ? '' : ` · ${key.segment.slice(0, 100)}`}`,
  });
}

/** @returns false when there is no incident under this key that could hear it */
export async function tellIncident<S extends keyof Told>(
  deps: Pick<IncidentDeps, 'temporal'>,
  key: IncidentKey,
  { signal, message }: { signal: S; message: Told[S] },
): Promise<boolean> {
  try {
    await deps.temporal.workflow
      .getHandle(incidentWorkflowId(key))
      .signal<[Told[S]]>(incidentMessages[signal], message);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
