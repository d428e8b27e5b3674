import { ladderOf, startEscalation } from './incident-escalation.ts';
import type { LoadJudged, OpenIncident, Severity } from './incident-messages.ts';
import {
  byPosition,
  isNewer,
  withdrawnLoads,
  type Failure,
  type IncidentState,
  type Position,
  type SeenLoad,
} from './incident-state.ts';
import { beginStep, change, record, tell, type Step } from './incident-step.ts';
import { bySystem, resolveStep } from './incident-resolution.ts';

/** How many loads an incident remembers one by one; the ids of older ones count as heard of. */
export const seenMax = 500;

/** So many loads in a row without a row of the segment, and it counts as gone. */
export const absencesMax = 3;

/** How many failures an incident can still describe. */
const failuresMax = 20;

const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** A finding is one sentence; a notice stays small whatever a rule makes of it. */
const findingMax = 2_000;

/** Opens an incident by its first failure. */
export function openIncident(open: OpenIncident, judged: LoadJudged, now: number): Step {
  const position = { load_id: judged.load_id, check_id: judged.check_id };
  const step = beginStep(
    {
      incident_id: open.incident_id,
      key: open.key,
      policy: open.policy,
      status: 'triggered',
      severity: judged.severity,
      ...factsOf(judged),
      first_load_id: judged.load_id,
      regressed: false,
      silent: judged.silent,
      occurrences: 1,
      version: 0,
      notices: 0,
      episode: 0,
      escalation: null,
      level: 0,
      acknowledged_until: null,
      reopen_until: null,
      settled: false,
      told: [],
      unreachable: [],
      newest_failure: position,
      newest_pass: null,
      seen: [{ ...position, failed: true }],
      failures: [failureOf(judged)],
      withdrawals: [],
      seen_up_to: '0',
      triggered_at: now,
      acknowledged_at: null,
      acknowledged_by: '',
      resolved_at: null,
      resolved_by: '',
      resolved_for: null,
      comment: '',
      changed_at: now,
    },
    now,
  );
  record(step, {
    type: 'incident.triggered',
    message: `Opened by ${judged.file}: ${step.state.finding}`,
    data: loadData(judged),
  });
  beginOccurrence(step, 'triggered');
  return step;
}

/** Takes a verdict about a load, unless it was heard of before. */
export function judgeStep(step: Step, judged: LoadJudged): void {
  const before = step.state.seen.find(({ load_id }) => load_id === judged.load_id);
  if (isHeardOf(step.state, judged, before)) return;
  remember(step, judged, before);
  if (withdrawnLoads(step.state).has(judged.load_id)) {
    if (judged.verdict === 'fail') rememberFailure(step, judged);
    note(step, judged, `${judged.file} was withdrawn before its verdict came in: it does not count.`);
    return;
  }
  if (judged.verdict === 'absent') {
    takeAbsence(step, judged);
    return;
  }
  change(step, { absent: 0 });
  switch (judged.verdict) {
    case 'fail':
      takeFailure(step, judged, before?.failed ?? false);
      return;
    case 'pass':
      takePass(step, judged);
      return;
    case 'warn':
    case 'error':
      if (step.state.status === 'resolved') return;
      note(
        step,
        judged,
        `${judged.file} ${judged.verdict === 'warn' ? 'only warns' : 'could not be judged'}: that neither fails nor resolves. ${judged.finding}`,
      );
      return;
  }
}

/** A repeated signal, an older check of the same load, or a load so old that it is forgotten. */
function isHeardOf(state: IncidentState, judged: LoadJudged, before: SeenLoad | undefined): boolean {
  if (before !== undefined) return BigInt(judged.check_id) <= BigInt(before.check_id);
  return BigInt(judged.load_id) <= BigInt(state.seen_up_to);
}

function remember(step: Step, judged: LoadJudged, before: SeenLoad | undefined): void {
  const failed = judged.verdict === 'fail' || (judged.verdict !== 'pass' && (before?.failed ?? false));
  const others = step.state.seen.filter((seen) => seen !== before);
  const passed = judged.verdict === 'pass';
  const seen = [...others, { load_id: judged.load_id, check_id: judged.check_id, failed, passed }].sort(byPosition);
  const forgotten = seen.slice(0, Math.max(0, seen.length - seenMax)).at(-1);
  change(step, { seen: seen.slice(-seenMax), seen_up_to: forgotten?.load_id ?? step.state.seen_up_to });
}

function takePass(step: Step, judged: LoadJudged): void {
  const { status, newest_pass, newest_failure } = step.state;
  if (newest_pass === null || isNewer(judged, newest_pass)) change(step, { newest_pass: positionOf(judged) });
  if (status === 'resolved') return;
  if (!isNewer(judged, newest_failure)) {
    note(step, judged, `${judged.file} is clean, but older than the newest failure, which stands.`);
    return;
  }
  resolveStep(step, { reason: 'clean_load', comment: '', message: `Resolved: ${judged.file} is clean.` });
}

/** A segment that stays away can neither fail nor pass any more: nothing else could ever end its incident. */
function takeAbsence(step: Step, judged: LoadJudged): void {
  if (step.state.status === 'resolved' || !isNewer(judged, step.state.newest_failure)) return;
  const absent = (step.state.absent ?? 0) + 1;
  change(step, { absent });
  const { segment } = step.state.key;
  if (absent < absencesMax) {
    const loads = `${String(absent)} of ${String(absencesMax)} loads`;
    note(step, judged, `${judged.file} has no row of ${segment}, which neither fails nor resolves (${loads}).`);
    return;
  }
  const message = `Resolved: ${segment} is gone, the last ${String(absencesMax)} loads up to ${judged.file} have no row of it.`;
  resolveStep(step, { reason: 'segment_gone', comment: '', message });
}

function takeFailure(step: Step, judged: LoadJudged, counted: boolean): void {
  const isNewest = isNewer(judged, step.state.newest_failure);
  if (!counted) change(step, { occurrences: step.state.occurrences + 1 });
  rememberFailure(step, judged);
  if (isNewest) change(step, { newest_failure: positionOf(judged), ...factsOf(judged) });
  if (step.state.status === 'resolved') {
    failResolved(step, judged);
    return;
  }
  const raised = isNewest && rank(judged.severity) > rank(step.state.severity);
  note(step, judged, `${counted ? 'Still fails' : 'Failed again'}: ${judged.file}. ${judged.finding}`);
  if (raised) changeSeverity(step, judged.severity);
  if (step.state.silent && !judged.silent) release(step);
  else if (raised) tellRaised(step);
}

function failResolved(step: Step, judged: LoadJudged): void {
  const { newest_pass, resolved_at, resolved_for } = step.state;
  if (newest_pass !== null && !isNewer(judged, newest_pass)) {
    note(step, judged, `${judged.file} failed, but a newer load is clean: it stays resolved.`);
    return;
  }
  const byPerson = resolved_for !== null && !bySystem.has(resolved_for);
  if (byPerson && resolved_at !== null && Date.parse(judged.received_at) <= resolved_at) {
    note(step, judged, `${judged.file} failed, but was received before the incident was resolved: it stays resolved.`);
    return;
  }
  change(step, {
    status: 'triggered',
    severity: judged.severity,
    regressed: true,
    silent: judged.silent,
    settled: false,
    reopen_until: null,
    triggered_at: step.now,
    told: [],
    ...unresolved,
    acknowledged_at: null,
    acknowledged_by: '',
  });
  record(step, {
    type: 'incident.regressed',
    message: `Came back with ${judged.file}: ${step.state.finding}`,
    data: loadData(judged),
  });
  beginOccurrence(step, 'regressed');
}

/** What an open incident knows about its resolution: nothing. */
export const unresolved = { resolved_at: null, resolved_by: '', resolved_for: null, comment: '' } as const;

/** Begins to fail, for the first time or again: speaks from level 1 of its policy, unless a storm incident speaks for it. */
export function beginOccurrence(step: Step, reason: 'triggered' | 'regressed'): void {
  if (!step.state.silent) {
    startEscalation(step, reason);
    return;
  }
  change(step, { episode: step.state.episode + 1, escalation: null, level: 0 });
  record(step, {
    type: 'incident.suppressed',
    message: 'No notice of its own: many began at once, and one storm incident speaks for all.',
  });
}

function release(step: Step): void {
  change(step, { silent: false });
  record(step, {
    type: 'incident.released',
    message: 'The storm is over and this still fails: it now speaks for itself.',
  });
  if (step.state.status === 'triggered') startEscalation(step, 'triggered');
}

function changeSeverity(step: Step, to: Severity): void {
  const from = step.state.severity;
  change(step, { severity: to });
  record(step, {
    type: 'incident.severity_changed',
    message: `The severity rose from ${from} to ${to}.`,
    data: { from, to },
  });
}

/** A worse incident is told from level 1 again, even when somebody has acknowledged the lesser one. */
function tellRaised(step: Step): void {
  const { state } = step;
  if (state.silent) return;
  if (state.status === 'triggered') {
    startEscalation(step, 'severity_raised');
    return;
  }
  const { levels, acknowledge_within } = ladderOf(state);
  const targets = levels[0]?.targets ?? [];
  change(step, { acknowledged_until: acknowledge_within === null ? null : step.now + acknowledge_within });
  tell(step, { targets, reason: 'severity_raised', level: 1, round: 1 });
}

function note(step: Step, judged: LoadJudged, message: string): void {
  record(step, { type: 'incident.updated', message: message.slice(0, findingMax), data: loadData(judged) });
}

function factsOf(
  judged: LoadJudged,
): Pick<IncidentState, 'kind' | 'finding' | 'file' | 'rows_failed' | 'last_load_id' | 'last_anomaly_id'> {
  return {
    kind: judged.kind,
    finding: judged.finding.slice(0, findingMax),
    file: judged.file,
    rows_failed: judged.rows_failed,
    last_load_id: judged.load_id,
    last_anomaly_id: judged.anomaly_id,
  };
}

function rememberFailure(step: Step, judged: LoadJudged): void {
  const others = (step.state.failures ?? []).filter(({ load_id }) => load_id !== judged.load_id);
  change(step, { failures: [...others, failureOf(judged)].sort(byPosition).slice(-failuresMax) });
}

function failureOf(judged: LoadJudged): Failure {
  const { load_id, check_id, kind, file, rows_failed, anomaly_id } = judged;
  return { load_id, check_id, kind, file, rows_failed, anomaly_id, finding: judged.finding.slice(0, findingMax) };
}

function loadData(judged: LoadJudged): Record<string, string> {
  const { load_id, check_id, anomaly_id, verdict, rows_failed } = judged;
  return { load_id, check_id, anomaly_id, verdict, rows_failed };
}

function positionOf({ load_id, check_id }: Position): Position {
  return { load_id, check_id };
}

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}
