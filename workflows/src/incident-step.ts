import type { Actor, IncidentRefusalCode } from './incident-messages.ts';
import type { Notice, NoticeReason } from './incident-notice.ts';
import { isoTime, type IncidentState, type TimelineEntry } from './incident-state.ts';

/** Thrown for what an incident does not do in its present state; the message is for the person who asked. */
export class IncidentRefusedError extends Error {
  override readonly name = 'IncidentRefusedError';
  readonly code: IncidentRefusalCode;

  constructor(code: IncidentRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** An event on its way through the reducer: the state so far, and what it adds to the timeline and the outbox. */
export interface Step {
  state: IncidentState;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly by: Actor;
  readonly entries: TimelineEntry[];
  readonly notices: Notice[];
}

/** Who acts where no person does. */
export const system: Actor = { actor: 'system', via: 'system' };

/** @param now milliseconds since the Unix epoch */
export function beginStep(state: IncidentState, now: number, by: Actor = system): Step {
  return { state, now, by, entries: [], notices: [] };
}

/** Changes fields of the state; the version and the timeline only grow by `record`. */
export function change(step: Step, patch: Partial<IncidentState>): void {
  step.state = { ...step.state, ...patch };
}

/** Adds an entry to the timeline. @param type a word of the event vocabulary, such as `incident.acknowledged` */
export function record(
  step: Step,
  entry: Pick<TimelineEntry, 'type' | 'message'> & { data?: TimelineEntry['data'] },
): void {
  const seq = step.state.version + 1;
  const { actor, via } = step.by;
  step.entries.push({
    seq,
    at: isoTime(step.now),
    actor,
    via,
    type: entry.type,
    message: entry.message,
    data: entry.data ?? {},
  });
  change(step, { version: seq, changed_at: step.now });
}

/** Queues one notice per target. */
export function tell(
  step: Step,
  notice: { targets: readonly string[]; reason: NoticeReason; level: number; round: number },
): void {
  const { reason, level, round } = notice;
  for (const target of notice.targets) {
    const { state } = step;
    const nth = state.notices + 1;
    step.notices.push({
      notice_id: `notice_${state.incident_id}_${String(nth)}`,
      tenant: state.key.tenant,
      incident_id: state.incident_id,
      episode: state.episode,
      target,
      reason,
      level,
      round,
      policy: state.policy.name,
      queued_at: isoTime(step.now),
      incident: {
        status: state.status,
        severity: state.severity,
        source: state.key.source,
        rule_id: state.key.rule_id,
        kind: state.kind,
        segment: state.key.segment,
        finding: state.finding,
        file: state.file,
        load_id: state.last_load_id,
        rows_failed: state.rows_failed,
        occurrences: state.occurrences,
        regressed: state.regressed,
        triggered_at: isoTime(state.triggered_at),
        resolved_by: state.resolved_by,
      },
    });
    change(step, { notices: nth, told: state.told.includes(target) ? state.told : [...state.told, target] });
  }
}

/** `a`, `a and b`, `a, b and c` */
export function enumerate(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
