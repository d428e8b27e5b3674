import type { LoadDecided } from './incident-messages.ts';
import { beginOccurrence, seenMax, unresolved } from './incident-judgement.ts';
import { resolveStep } from './incident-resolution.ts';
import { isNewer, withdrawnLoads, type IncidentState, type SeenLoad, type Withdrawal } from './incident-state.ts';
import { change, record, type Step } from './incident-step.ts';

/** Takes a decision about a load, unless a newer one was heard of: a withdrawn load is no reason to be open, nor to be resolved. */
export function decideStep(step: Step, decided: LoadDecided): void {
  const before = (step.state.withdrawals ?? []).find(({ load_id }) => load_id === decided.load_id);
  if (before !== undefined && before.decision_no >= decided.decision_no) return;
  remember(step, decided);
  if ((before?.withdrawn ?? false) === decided.withdrawn) return;
  const load = step.state.seen.find(({ load_id }) => load_id === decided.load_id);
  if (load === undefined) return;
  const standing = standingFailures(step.state);
  fallBack(step, standing);
  if (!load.failed) noteClean(step, load, decided);
  else if (decided.withdrawn) takeWithdrawal(step, standing, decided);
  else takeRestoral(step, standing, decided);
}

function remember(step: Step, { load_id, decision_no, withdrawn }: LoadDecided): void {
  const others = (step.state.withdrawals ?? []).filter((one) => one.load_id !== load_id);
  const withdrawals: Withdrawal[] = [...others, { load_id, decision_no, withdrawn }];
  change(step, { withdrawals: withdrawals.sort((a, b) => a.decision_no - b.decision_no).slice(-seenMax) });
}

/** Failures of loads that count, newer than any clean load that counts, oldest first. */
function standingFailures(state: IncidentState): SeenLoad[] {
  const withdrawn = withdrawnLoads(state);
  const counting = state.seen.filter(({ load_id }) => !withdrawn.has(load_id));
  const clean = counting.findLast(({ passed }) => passed === true);
  return counting.filter((load) => load.failed && (clean === undefined || isNewer(load, clean)));
}

/** What the incident says is what the newest failure that counts said. */
function fallBack(step: Step, standing: readonly SeenLoad[]): void {
  const newest = standing.at(-1);
  const withdrawn = withdrawnLoads(step.state);
  const clean = step.state.seen.filter(({ load_id, passed }) => passed === true && !withdrawn.has(load_id)).at(-1);
  change(step, {
    newest_failure: newest === undefined ? { load_id: '0', check_id: '0' } : positionOf(newest),
    newest_pass: clean === undefined ? null : positionOf(clean),
  });
  const said = step.state.failures?.findLast(({ load_id }) => load_id === newest?.load_id);
  if (said === undefined) return;
  const { kind, finding, file, rows_failed, load_id, anomaly_id } = said;
  change(step, { kind, finding, file, rows_failed, last_load_id: load_id, last_anomaly_id: anomaly_id });
}

function takeWithdrawal(step: Step, standing: readonly SeenLoad[], decided: LoadDecided): void {
  const told = sentenceOf(decided);
  if (step.state.status === 'resolved') {
    note(step, decided, `${told} It stays resolved.`);
    return;
  }
  if (standing.length > 0) {
    note(step, decided, `${told} It stays open: ${step.state.file} still fails.`);
    return;
  }
  resolveStep(step, { reason: 'load_withdrawn', comment: '', message: `Resolved: ${told} No other load fails.` });
}

function takeRestoral(step: Step, standing: readonly SeenLoad[], decided: LoadDecided): void {
  const told = sentenceOf(decided);
  const counts = standing.some(({ load_id }) => load_id === decided.load_id);
  if (step.state.status !== 'resolved') {
    note(step, decided, `${told} It counts again.`);
    return;
  }
  if (step.state.resolved_for !== 'load_withdrawn' || !counts) {
    const because = counts ? 'it was resolved for another reason' : 'a newer load is clean';
    note(step, decided, `${told} It stays resolved: ${because}.`);
    return;
  }
  change(step, {
    ...unresolved,
    status: 'triggered',
    settled: false,
    silent: decided.silent,
    reopen_until: null,
    triggered_at: step.now,
    told: [],
    acknowledged_at: null,
    acknowledged_by: '',
  });
  record(step, {
    type: 'incident.reopened',
    message: `${told} It fails as before: ${step.state.finding}`,
    data: dataOf(decided),
  });
  beginOccurrence(step, 'triggered');
}

function noteClean(step: Step, load: SeenLoad, decided: LoadDecided): void {
  if (load.passed !== true) return;
  const after = step.state.status === 'resolved' ? ' It stays resolved until a load fails.' : '';
  note(step, decided, `${sentenceOf(decided)} It was clean.${after}`);
}

function sentenceOf({ file, actor, withdrawn, reason }: LoadDecided): string {
  if (!withdrawn) return `${actor} brought ${file} back.`;
  const because = reason.trim() === '' ? '' : ` (${reason.trim()})`;
  return `${actor} withdrew ${file}${because}.`;
}

function note(step: Step, decided: LoadDecided, message: string): void {
  record(step, { type: 'incident.updated', message, data: dataOf(decided) });
}

function dataOf({ load_id, withdrawn, actor, reason }: LoadDecided): Record<string, string | boolean> {
  return { load_id, withdrawn, actor, reason };
}

function positionOf({ load_id, check_id }: SeenLoad): { load_id: string; check_id: string } {
  return { load_id, check_id };
}
