import type { LoadCleared } from './incident-messages.ts';
import { resolveStep } from './incident-resolution.ts';
import { change, record, type Step } from './incident-step.ts';

/** Resolves an incident whose cause is gone, unless this was heard of before; what comes after it counts as new. */
export function clearStep(step: Step, cleared: LoadCleared): void {
  const { decision_no, reason, message, load_id } = cleared;
  if (decision_no <= (step.state.cleared_by ?? 0)) return;
  change(step, { cleared_by: decision_no, newest_failure: { load_id: '0', check_id: '0' } });
  if (step.state.status === 'resolved') {
    record(step, { type: 'incident.updated', message: `It stays resolved: ${message}`, data: { load_id, reason } });
    return;
  }
  resolveStep(step, { reason, comment: '', message: `Resolved: ${message}` });
}
