import { ladderOf } from './incident-escalation.ts';
import type { ResolveReason } from './incident-messages.ts';
import { change, enumerate, record, tell, type Step } from './incident-step.ts';

/** Reasons that loads give, not people. */
export const bySystem: ReadonlySet<ResolveReason> = new Set([
  'clean_load',
  'segment_gone',
  'load_withdrawn',
  'load_reloaded',
  'rows_returned',
  'load_expired',
]);

/** Settles an incident: timers stop, those who were told hear of it, and the window for coming back opens. */
export function resolveStep(step: Step, how: { reason: ResolveReason; comment: string; message: string }): void {
  const { policy, told, episode } = step.state;
  const { notify_resolved } = ladderOf(step.state);
  const isFinal = how.reason === 'rule_deleted';
  const window = bySystem.has(how.reason) ? policy.reopen_after_clean : policy.reopen_after_person;
  change(step, {
    status: 'resolved',
    episode: episode + 1,
    escalation: null,
    acknowledged_until: null,
    silent: false,
    reopen_until: isFinal ? null : step.now + window,
    settled: isFinal,
    resolved_at: step.now,
    resolved_by: step.by.actor,
    resolved_for: how.reason,
    comment: how.comment,
  });
  record(step, { type: 'incident.resolved', message: how.message, data: { reason: how.reason, comment: how.comment } });
  if (!notify_resolved || told.length === 0) return;
  tell(step, { targets: told, reason: 'resolved', level: 0, round: 0 });
  record(step, {
    type: 'notice.queued',
    message: `Telling ${enumerate(told)} that it is resolved.`,
    data: { reason: 'resolved', targets: told },
  });
}
