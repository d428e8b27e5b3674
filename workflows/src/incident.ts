import { clearStep } from './incident-clearing.ts';
import { climb, ladderOf, skipUnreachable, startEscalation } from './incident-escalation.ts';
import { judgeStep, openIncident, unresolved } from './incident-judgement.ts';
import type {
  CommentInput,
  IncidentAct,
  LoadCleared,
  LoadDecided,
  LoadJudged,
  OpenIncident,
  ResolveInput,
} from './incident-messages.ts';
import type { DeliveryOutcome, Notice } from './incident-notice.ts';
import { bySystem, resolveStep } from './incident-resolution.ts';
import { isoTime, nextDue, type IncidentState, type TimelineEntry } from './incident-state.ts';
import { beginStep, change, IncidentRefusedError, record, type Step } from './incident-step.ts';
import { decideStep } from './incident-withdrawal.ts';

/** What can happen to an incident that is there. */
export type IncidentEvent =
  | { readonly type: 'judged'; readonly judged: LoadJudged }
  | { readonly type: 'decided'; readonly decided: LoadDecided }
  | { readonly type: 'cleared'; readonly cleared: LoadCleared }
  | { readonly type: 'acknowledge'; readonly act: IncidentAct }
  | { readonly type: 'unacknowledge'; readonly act: IncidentAct }
  | { readonly type: 'resolve'; readonly act: ResolveInput }
  | { readonly type: 'reopen'; readonly act: IncidentAct }
  | { readonly type: 'comment'; readonly act: CommentInput }
  | { readonly type: 'due' }
  | { readonly type: 'delivery'; readonly notice: Notice; readonly outcome: DeliveryOutcome };

/** The incident afterwards, what it adds to its timeline, and the notices to send. */
export interface Reduced {
  readonly state: IncidentState;
  readonly entries: readonly TimelineEntry[];
  readonly notices: readonly Notice[];
}

/** An incident by its first failure, or null when the verdict is none. @param now milliseconds since the Unix epoch */
export function beginIncident(open: OpenIncident, judged: LoadJudged, now: number): Reduced | null {
  return judged.verdict === 'fail' ? openIncident(open, judged, now) : null;
}

/**
 * The whole life of an incident, one event at a time; pure.
 * @param now milliseconds since the Unix epoch
 * @throws IncidentRefusedError when the event is not possible in this state
 */
export function reduceIncident(state: IncidentState, event: IncidentEvent, now: number): Reduced {
  if ('act' in event) return reduceAct(state, event, now);
  const step = beginStep(state, now);
  switch (event.type) {
    case 'judged':
      judgeStep(step, event.judged);
      return step;
    case 'decided':
      decideStep(step, event.decided);
      return step;
    case 'cleared':
      clearStep(step, event.cleared);
      return step;
    case 'due':
      takeDue(step);
      return step;
    case 'delivery':
      takeDelivery(step, event.notice, event.outcome);
      return step;
  }
}

function reduceAct(state: IncidentState, event: Extract<IncidentEvent, { act: IncidentAct }>, now: number): Reduced {
  if (event.act.incident_id !== state.incident_id) {
    throw new IncidentRefusedError(
      'other_incident',
      `Incident ${event.act.incident_id} is over; incident ${state.incident_id} took its place.`,
    );
  }
  const step = beginStep(state, now, { actor: event.act.actor, via: event.act.via });
  switch (event.type) {
    case 'acknowledge':
      acknowledge(step);
      return step;
    case 'unacknowledge':
      unacknowledge(step);
      return step;
    case 'resolve':
      resolve(step, event.act);
      return step;
    case 'reopen':
      reopen(step);
      return step;
    case 'comment':
      comment(step, event.act.comment);
      return step;
  }
}

function acknowledge(step: Step): void {
  const { status, acknowledged_by } = step.state;
  if (status === 'resolved') throw resolvedAlready(step);
  if (status === 'acknowledged') {
    throw new IncidentRefusedError(
      'already_acknowledged',
      `${acknowledged_by} has acknowledged this incident already.`,
    );
  }
  take(step);
  record(step, { type: 'incident.acknowledged', message: `${step.by.actor} acknowledged; escalation stops.` });
}

function unacknowledge(step: Step): void {
  if (step.state.status === 'resolved') throw resolvedAlready(step);
  if (step.state.status !== 'acknowledged') {
    throw new IncidentRefusedError('not_acknowledged', 'Nobody has acknowledged this incident.');
  }
  giveUp(step);
  record(step, {
    type: 'incident.unacknowledged',
    message: `${step.by.actor} took the acknowledgement back; escalation starts again.`,
  });
  if (!step.state.silent) startEscalation(step, 'unacknowledged');
}

function resolve(step: Step, { reason, comment, actor }: ResolveInput): void {
  if (step.state.status === 'resolved') throw resolvedAlready(step);
  if (bySystem.has(reason)) {
    throw new IncidentRefusedError(
      'reason_not_for_people',
      `Only what happens to loads resolves for \`${reason}\`; a person gives another reason.`,
    );
  }
  if (step.state.severity === 'critical' && reason !== 'rule_deleted' && comment.trim() === '') {
    throw new IncidentRefusedError(
      'comment_required',
      'A critical incident is resolved with a comment: say what was done.',
    );
  }
  const because = comment.trim() === '' ? '' : `: ${comment}`;
  resolveStep(step, { reason, comment, message: `${actor} resolved it (${reason.replaceAll('_', ' ')})${because}` });
}

function reopen(step: Step): void {
  if (step.state.status !== 'resolved') {
    throw new IncidentRefusedError('not_resolved', 'This incident is open; only a resolved one is reopened.');
  }
  if (step.state.settled) {
    throw new IncidentRefusedError(
      'window_ended',
      'This incident is settled for good; the next failure opens a new one.',
    );
  }
  change(step, { ...unresolved, reopen_until: null });
  take(step);
  record(step, { type: 'incident.reopened', message: `${step.by.actor} reopened it and has acknowledged it.` });
}

function comment(step: Step, text: string): void {
  if (text.trim() === '') throw new IncidentRefusedError('comment_required', 'A comment has words.');
  if (step.state.settled) {
    throw new IncidentRefusedError(
      'window_ended',
      'This incident is settled for good; the next failure opens a new one.',
    );
  }
  if (step.state.acknowledged_until !== null) change(step, { acknowledged_until: ackExpiry(step) });
  record(step, { type: 'incident.commented', message: text });
}

/** The actor has it now: nobody else is told until the acknowledgement runs out. */
function take(step: Step): void {
  change(step, {
    status: 'acknowledged',
    episode: step.state.episode + 1,
    escalation: null,
    acknowledged_at: step.now,
    acknowledged_by: step.by.actor,
    acknowledged_until: ackExpiry(step),
  });
}

function giveUp(step: Step): void {
  change(step, { status: 'triggered', acknowledged_at: null, acknowledged_by: '', acknowledged_until: null });
}

function ackExpiry(step: Step): number | null {
  const { acknowledge_within } = ladderOf(step.state);
  return acknowledge_within === null ? null : step.now + acknowledge_within;
}

function takeDue(step: Step): void {
  const { escalation, acknowledged_until, reopen_until, acknowledged_by } = step.state;
  const due = nextDue(step.state);
  if (due === null || due > step.now) throw new IncidentRefusedError('nothing_due', 'Nothing is due yet.');
  if (escalation !== null && escalation.due_at <= step.now) climb(step);
  else if (acknowledged_until !== null) {
    giveUp(step);
    record(step, {
      type: 'incident.ack_timed_out',
      message: `${acknowledged_by} acknowledged, but nothing followed in time; escalation starts again.`,
    });
    if (!step.state.silent) startEscalation(step, 'acknowledgement_expired');
  } else if (reopen_until !== null) {
    change(step, { settled: true, reopen_until: null });
    record(step, {
      type: 'incident.settled',
      message: 'It did not come back in time and is settled; the next failure opens a new incident.',
    });
  }
}

function takeDelivery(step: Step, notice: Notice, outcome: DeliveryOutcome): void {
  const { target, reason, level, round, notice_id } = notice;
  const { state, channel, attempts, status_code, error, disable } = outcome;
  const how = `${String(attempts)} attempt${attempts === 1 ? '' : 's'}`;
  const messages = {
    delivered: `${target} was told (${channel}, ${how}).`,
    failed: `${target} could not be told (${how}): ${error}`,
    suppressed: `${target} was not told: ${error}`,
  };
  record(step, {
    type: `delivery.${state}`,
    message: messages[state],
    data: { notice_id, target, channel, reason, level, round, attempts, status_code },
  });
  if (disable !== null) {
    record(step, {
      type: 'delivery.endpoint_disabled',
      message: `${target} asked not to be told again and is disabled until its settings change.`,
      data: { target, notice_id },
    });
  }
  skipUnreachable(step, notice, outcome);
}

function resolvedAlready(step: Step): IncidentRefusedError {
  const { resolved_by, resolved_at } = step.state;
  const when = resolved_at === null ? '' : ` at ${isoTime(resolved_at)}`;
  return new IncidentRefusedError('already_resolved', `This incident was resolved${when} by ${resolved_by}.`);
}
