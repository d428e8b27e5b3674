import type { Ladder } from '@assay/rules';
import type { DeliveryOutcome, Notice, NoticeReason } from './incident-notice.ts';
import type { Escalation, IncidentState } from './incident-state.ts';
import { change, enumerate, record, tell, type Step } from './incident-step.ts';

/** How the present severity escalates. */
export function ladderOf(state: IncidentState): Ladder {
  return state.policy.ladders[state.severity];
}

/** Begins at level 1, with whatever is due at once. Earlier notices are no longer wanted. */
export function startEscalation(step: Step, reason: NoticeReason): void {
  const [first] = ladderOf(step.state).levels;
  const escalation: Escalation | null =
    first === undefined ? null : { round: 0, level: 0, started_at: step.now, due_at: step.now + first.after, reason };
  change(step, { episode: step.state.episode + 1, escalation, level: 0, unreachable: [] });
  climb(step);
}

/** Tells every level that is due by now. */
export function climb(step: Step): void {
  for (let { escalation } = step.state; escalation && escalation.due_at <= step.now; { escalation } = step.state) {
    if (escalation.level < ladderOf(step.state).levels.length) tellLevel(step, escalation);
    else endRound(step, escalation);
  }
}

function tellLevel(step: Step, escalation: Escalation): void {
  const { levels, repeat_every } = ladderOf(step.state);
  const { level: place, round, started_at, due_at } = escalation;
  const targets = levels[place]?.targets ?? [];
  const following = levels[place + 1];
  const reason = round > 0 ? 'repeat' : place > 0 ? 'escalated' : escalation.reason;
  change(step, {
    level: place + 1,
    unreachable: [],
    escalation: {
      ...escalation,
      level: place + 1,
      due_at: following ? started_at + following.after : due_at + repeat_every,
    },
  });
  tell(step, { targets, reason, level: place + 1, round: round + 1 });
  record(step, {
    type: round > 0 || place > 0 ? 'incident.escalated' : 'notice.queued',
    message: `Level ${String(place + 1)} of policy ${step.state.policy.name}, round ${String(round + 1)}: telling ${enumerate(targets)}.`,
    data: { reason, level: place + 1, round: round + 1, targets },
  });
}

function endRound(step: Step, escalation: Escalation): void {
  const { levels, repeats } = ladderOf(step.state);
  const [first] = levels;
  if (first && escalation.round < repeats) {
    const due_at = step.now + first.after;
    change(step, {
      escalation: { ...escalation, round: escalation.round + 1, level: 0, started_at: step.now, due_at },
    });
    return;
  }
  const { told, level } = step.state;
  change(step, { escalation: null });
  tell(step, { targets: told, reason: 'exhausted', level, round: escalation.round + 1 });
  record(step, {
    type: 'incident.escalation_exhausted',
    message: `Nobody acknowledged: every level was told ${times(escalation.round + 1)}. ${enumerate(told)} ${told.length === 1 ? 'hears' : 'hear'} that nobody else will be told.`,
    data: { rounds: escalation.round + 1, targets: told },
  });
}

/** A level nobody of which can be reached does not wait for its time: the next one is told at once. */
export function skipUnreachable(step: Step, notice: Notice, outcome: DeliveryOutcome): void {
  const { escalation, episode, level, unreachable } = step.state;
  if (outcome.state !== 'failed' || escalation === null || notice.episode !== episode) return;
  if (notice.level !== level || notice.round !== escalation.round + 1) return;
  const missed = [...unreachable, notice.target];
  change(step, { unreachable: missed });
  const { levels } = ladderOf(step.state);
  if (escalation.level >= levels.length || levels[level - 1]?.targets.some((target) => !missed.includes(target)))
    return;
  change(step, { escalation: { ...escalation, due_at: Math.min(escalation.due_at, step.now) } });
  climb(step);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}
