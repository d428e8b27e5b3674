import {
  ActivityCancellationType,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  currentUpdateInfo,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { taskQueues, type Activities } from './activities.ts';
import type { ProjectedDelivery } from './incident-activities.ts';
import {
  incidentMessages,
  type CommentInput,
  type IncidentAct,
  type IncidentView,
  type LoadCleared,
  type LoadDecided,
  type LoadJudged,
  type OpenIncident,
  type ResolveInput,
} from './incident-messages.ts';
import type { DeliveryOutcome, Notice } from './incident-notice.ts';
import { isoTime, nextDue, viewOf, type IncidentState, type TimelineEntry } from './incident-state.ts';
import { IncidentRefusedError } from './incident-step.ts';
import { beginIncident, reduceIncident, type IncidentEvent, type Reduced } from './incident.ts';
import { searchAttributes } from './search-attributes.ts';

/** Whoever cancels deletes what was written, once nothing of it writes any more. */
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Rows are small: a worker that died with them in hand is noticed soon. */
const { projectIncident } = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '15 seconds',
  cancellationType,
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** The activity says when to try again; this policy is for attempts that died. An attempt that runs is waited for: it may have been received. */
const { deliverNotice } = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '5 days',
  cancellationType,
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '1 hour' },
});

/** An incident on its way from one run to the next. */
export interface ResumedIncident {
  readonly kind: 'resume';
  readonly state: IncidentState;
  readonly outbox: readonly Notice[];
  readonly entries: readonly TimelineEntry[];
  readonly deliveries: readonly ProjectedDelivery[];
  readonly update_ids: readonly string[];
}

export const judged = defineSignal<[LoadJudged]>(incidentMessages.judged);
export const decided = defineSignal<[LoadDecided]>(incidentMessages.decided);
export const cleared = defineSignal<[LoadCleared]>(incidentMessages.cleared);
export const acknowledge = defineUpdate<IncidentView, [IncidentAct]>(incidentMessages.acknowledge);
export const unacknowledge = defineUpdate<IncidentView, [IncidentAct]>(incidentMessages.unacknowledge);
export const resolve = defineUpdate<IncidentView, [ResolveInput]>(incidentMessages.resolve);
export const reopen = defineUpdate<IncidentView, [IncidentAct]>(incidentMessages.reopen);
export const comment = defineUpdate<IncidentView, [CommentInput]>(incidentMessages.comment);
export const view = defineQuery<IncidentView | null>(incidentMessages.view);
export const wanted = defineQuery<boolean, [Pick<Notice, 'incident_id' | 'episode'>]>(incidentMessages.wanted);

/** History length at which a run hands over to the next once nothing is on its way, and the length at which it does so regardless. */
const historyLength = { wanted: 2_000, demanded: 10_000 };
const updateIdsMax = 100;

/** One incident, from its first failure until it is resolved and can no longer come back. It is the only writer of that incident. */
export async function runIncident(input: OpenIncident | ResumedIncident): Promise<IncidentView | null> {
  let state = input.kind === 'resume' ? input.state : null;
  let heard = input.kind === 'resume';
  const outbox = new Map<string, { notice: Notice; scope: CancellationScope }>();
  const unwritten = {
    entries: input.kind === 'resume' ? [...input.entries] : [],
    deliveries: input.kind === 'resume' ? [...input.deliveries] : [],
  };
  const updateIds = input.kind === 'resume' ? [...input.update_ids] : [];

  const apply = (reduced: Reduced): void => {
    const before = state;
    state = reduced.state;
    const { episode } = reduced.state;
    for (const { notice, scope } of outbox.values()) if (notice.episode < episode) scope.cancel();
    unwritten.entries.push(...reduced.entries);
    for (const notice of reduced.notices) {
      unwritten.deliveries.push({ notice, outcome: null, finished_at: null });
      void send(notice);
    }
    describe(before, reduced.state);
  };

  const happen = (event: IncidentEvent): void => {
    apply(refusing(opened(state), event));
  };

  const send = async (notice: Notice): Promise<void> => {
    const scope = new CancellationScope({ cancellable: true });
    outbox.set(notice.notice_id, { notice, scope });
    const outcome = await scope.run(() => deliverNotice(notice)).catch(undelivered);
    outbox.delete(notice.notice_id);
    unwritten.deliveries.push({ notice, outcome, finished_at: isoTime(Date.now()) });
    happen({ type: 'delivery', notice, outcome });
  };

  const isWritten = (): boolean => unwritten.entries.length === 0 && unwritten.deliveries.length === 0;

  /** Writes in the order of events; what was written is dropped only once it is. */
  const keepWriting = async (): Promise<never> => {
    for (;;) {
      await condition(() => state !== null && !isWritten());
      if (state === null) continue;
      const { seen: _seen, seen_up_to: _seenUpTo, failures: _failures, withdrawals: _withdrawals, ...known } = state;
      const { cleared_by: _clearedBy, ...shown } = known;
      const entries = [...unwritten.entries];
      const deliveries = [...unwritten.deliveries];
      const { workflowId: workflow_id, firstExecutionRunId: run_id } = workflowInfo();
      await projectIncident({ state: shown, entries, deliveries, workflow_id, run_id });
      unwritten.entries.splice(0, entries.length);
      unwritten.deliveries.splice(0, deliveries.length);
    }
  };

  /** Once cancelled, what is being written or sent is waited for, and nothing is begun. */
  const untilStill = async (writing: Promise<never>): Promise<void> => {
    await Promise.allSettled([writing]);
    await condition(() => outbox.size === 0);
  };

  setHandler(judged, (load) => {
    heard = true;
    if (state !== null) happen({ type: 'judged', judged: load });
    else if (input.kind === 'open') {
      const begun = beginIncident(input, load, Date.now());
      if (begun !== null) apply(begun);
    }
  });

  setHandler(decided, (decision) => {
    if (state !== null) happen({ type: 'decided', decided: decision });
  });

  setHandler(cleared, (end) => {
    if (state !== null) happen({ type: 'cleared', cleared: end });
  });

  /** A person's act: refused before it enters history, done once per update id, answered with the state after it. */
  const answer = <A extends IncidentAct>(eventOf: (act: A) => IncidentEvent) => {
    const handler = (act: A): IncidentView => {
      const update_id = currentUpdateInfo()?.id;
      if (update_id === undefined || !updateIds.includes(update_id)) {
        happen(eventOf(act));
        if (update_id !== undefined) updateIds.push(update_id);
        updateIds.splice(0, updateIds.length - updateIdsMax);
      }
      return viewOf(opened(state));
    };
    const validator = (act: A): void => {
      const update_id = currentUpdateInfo()?.id;
      if (update_id !== undefined && updateIds.includes(update_id)) return;
      refusing(opened(state), eventOf(act));
    };
    return [handler, { validator }] as const;
  };

  setHandler(acknowledge, ...answer((act) => ({ type: 'acknowledge', act })));
  setHandler(unacknowledge, ...answer((act) => ({ type: 'unacknowledge', act })));
  setHandler(resolve, ...answer<ResolveInput>((act) => ({ type: 'resolve', act })));
  setHandler(reopen, ...answer((act) => ({ type: 'reopen', act })));
  setHandler(comment, ...answer<CommentInput>((act) => ({ type: 'comment', act })));
  setHandler(view, () => (state === null ? null : viewOf(state)));
  setHandler(wanted, (notice) => state?.incident_id === notice.incident_id && state.episode === notice.episode);

  await condition(() => heard);
  // A first verdict that is no failure opens nothing.
  if (state === null) return null;

  if (input.kind === 'resume') for (const notice of input.outbox) void send(notice);

  const isOver = (): boolean => opened(state).settled && outbox.size === 0 && isWritten() && allHandlersFinished();
  const isLong = (): boolean => {
    const { historyLength: events, continueAsNewSuggested } = workflowInfo();
    if (events < historyLength.wanted && !continueAsNewSuggested) return false;
    // An answer of an activity that comes in while a run ends takes the step back, together with an Update in it.
    return (outbox.size === 0 && isWritten()) || events > historyLength.demanded;
  };

  const live = async (): Promise<IncidentView> => {
    while (!isOver()) {
      if (isLong()) {
        await continueAsNew<typeof runIncident>({
          kind: 'resume',
          state: opened(state),
          outbox: [...outbox.values()].map(({ notice }) => notice),
          ...unwritten,
          update_ids: updateIds,
        });
      }
      const due = nextDue(opened(state));
      const moved = (): boolean => nextDue(opened(state)) !== due || isOver() || isLong();
      if (due === null) await condition(moved);
      else if (due <= Date.now()) happen({ type: 'due' });
      else await condition(moved, due - Date.now(), { summary: dueSummary(opened(state)) });
    }
    return viewOf(opened(state));
  };
  const writing = keepWriting();
  try {
    return await Promise.race([live(), writing]);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => untilStill(writing));
    throw error;
  }
}

function opened(state: IncidentState | null): IncidentState {
  if (state === null) throw ApplicationFailure.nonRetryable('No failure has opened this incident.', 'not_open');
  return state;
}

/** A refusal is an answer for the person, not a failure to retry. */
function refusing(state: IncidentState, event: IncidentEvent): Reduced {
  try {
    return reduceIncident(state, event, Date.now());
  } catch (error) {
    if (error instanceof IncidentRefusedError) throw ApplicationFailure.nonRetryable(error.message, error.code);
    throw error;
  }
}

/** How a notice ended that the activity could not answer for. */
function undelivered(error: unknown): DeliveryOutcome {
  const nothing = { channel: '', attempts: 0, status_code: 0, duration_ms: 0, disable: null };
  if (isCancellation(error)) {
    return { ...nothing, state: 'suppressed', error: 'the incident moved on before it was sent.' };
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return { ...nothing, state: 'failed', error: cause instanceof Error ? cause.message : 'it could not be sent.' };
}

function dueSummary(state: IncidentState): string {
  if (state.escalation !== null) return `level ${String(state.escalation.level + 1)} is told`;
  return state.acknowledged_until === null ? 'can no longer come back' : 'the acknowledgement runs out';
}

/** What a person sees and filters by in Temporal's own UI. */
function describe(before: IncidentState | null, after: IncidentState): void {
  const { key, finding, status, severity } = after;
  const segment = key.segment === '' ? '' : ` for ${key.segment}`;
  setCurrentDetails(`**${status}**, ${severity}: \`${key.rule_id}\` of \`${key.source}\`${segment}\n\n${finding}`);
  if (before?.status === status && before.severity === severity) return;
  upsertSearchAttributes([
    { key: searchAttributes.tenant, value: key.tenant },
    { key: searchAttributes.source, value: key.source },
    { key: searchAttributes.rule, value: key.rule_id },
    { key: searchAttributes.state, value: status },
    { key: searchAttributes.severity, value: severity },
  ]);
}
