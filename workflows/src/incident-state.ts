import type { PinnedPolicy } from '@assay/rules';
import type {
  IncidentKey,
  IncidentStatus,
  IncidentTransition,
  IncidentView,
  ResolveReason,
  Severity,
  Via,
} from './incident-messages.ts';
import type { NoticeReason } from './incident-notice.ts';

/** Where a verdict stands in the order of loads: by receipt of the file, then by check. */
export interface Position {
  readonly load_id: string;
  readonly check_id: string;
}

/** The newest verdict about a load. */
export interface SeenLoad extends Position {
  readonly failed: boolean;
  /** Left out for what neither failed nor passed. */
  readonly passed?: boolean;
}

/** The newest decision about a load that an incident was told of. */
export interface Withdrawal {
  readonly load_id: string;
  readonly decision_no: number;
  readonly withdrawn: boolean;
}

/** What an incident says of a load that failed. */
export interface Failure extends Position {
  readonly kind: string;
  readonly finding: string;
  readonly file: string;
  readonly rows_failed: string;
  readonly anomaly_id: string;
}

/** A running escalation. Times are milliseconds since the Unix epoch and absolute, so that a restart changes nothing. */
export interface Escalation {
  /** From 0. */
  readonly round: number;
  /** The next level to tell, from 0; as many as there are levels stands for the end of the round. */
  readonly level: number;
  readonly started_at: number;
  readonly due_at: number;
  /** What the first level of the first round is told. */
  readonly reason: NoticeReason;
}

/** Everything an incident knows. Carried from run to run. */
export interface IncidentState {
  readonly incident_id: string;
  readonly key: IncidentKey;
  readonly policy: PinnedPolicy;
  readonly status: IncidentStatus;
  readonly severity: Severity;
  readonly kind: string;
  readonly finding: string;
  readonly file: string;
  readonly rows_failed: string;
  readonly first_load_id: string;
  readonly last_load_id: string;
  readonly last_anomaly_id: string;
  /** It came back after it had been resolved. */
  readonly regressed: boolean;
  /** A storm incident speaks for it. */
  readonly silent: boolean;
  /** Loads that failed. */
  readonly occurrences: number;
  /** Entries of the timeline so far. */
  readonly version: number;
  /** Notices decided so far. */
  readonly notices: number;
  /** Changes with every step that makes earlier notices pointless. */
  readonly episode: number;
  readonly escalation: Escalation | null;
  /** The level told last, from 1; 0 before the first notice. */
  readonly level: number;
  /** When an acknowledgement runs out. */
  readonly acknowledged_until: number | null;
  /** When a resolved incident can no longer come back. */
  readonly reopen_until: number | null;
  readonly settled: boolean;
  /** Targets that were told of the present occurrence. */
  readonly told: readonly string[];
  /** Targets of the level told last that turned out not to be reachable. */
  readonly unreachable: readonly string[];
  /** The newest failure that stands: those of withdrawn loads do not. Load '0' for none. */
  readonly newest_failure: Position;
  readonly newest_pass: Position | null;
  /** Loads heard of, by receipt, the newest `seenMax`. */
  readonly seen: readonly SeenLoad[];
  /** Loads in a row, since anything was said of the segment, that had no row of it. */
  readonly absent?: number;
  /** The newest failures, for when a newer one is taken back. */
  readonly failures?: readonly Failure[];
  /** Loads about whose withdrawal the incident was told, the newest `seenMax`. */
  readonly withdrawals?: readonly Withdrawal[];
  /** The newest decision that ended what the incident is about. */
  readonly cleared_by?: number;
  /** Loads up to this one are forgotten and count as heard of. */
  readonly seen_up_to: string;
  readonly triggered_at: number;
  readonly acknowledged_at: number | null;
  readonly acknowledged_by: string;
  readonly resolved_at: number | null;
  readonly resolved_by: string;
  readonly resolved_for: ResolveReason | null;
  readonly comment: string;
  readonly changed_at: number;
}

/** An entry of the timeline. */
export interface TimelineEntry {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly actor: string;
  readonly via: Via;
  readonly message: string;
  readonly data: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Loads that are withdrawn, as far as the incident was told. */
export function withdrawnLoads(state: IncidentState): ReadonlySet<string> {
  return new Set((state.withdrawals ?? []).filter(({ withdrawn }) => withdrawn).map(({ load_id }) => load_id));
}

/** Whether the first is about a later load than the second, or a later check of the same one. */
export function isNewer(a: Position, b: Position): boolean {
  return byPosition(a, b) > 0;
}

/** Sorts the oldest first. */
export function byPosition(a: Position, b: Position): number {
  return compare(BigInt(a.load_id), BigInt(b.load_id)) || compare(BigInt(a.check_id), BigInt(b.check_id));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** When the incident next does something by itself, in milliseconds since the Unix epoch; null when it waits for others. */
export function nextDue(state: IncidentState): number | null {
  const due = [state.escalation?.due_at, state.acknowledged_until, state.settled ? null : state.reopen_until];
  const times = due.filter((time) => typeof time === 'number');
  return times.length === 0 ? null : Math.min(...times);
}

/** What a person may do to an incident in this status. */
export function availableTransitions(status: IncidentStatus, settled: boolean): IncidentTransition[] {
  switch (status) {
    case 'triggered':
      return ['acknowledge', 'resolve', 'comment'];
    case 'acknowledged':
      return ['unacknowledge', 'resolve', 'comment'];
    case 'resolved':
      return settled ? [] : ['reopen', 'comment'];
  }
}

/** What people are answered when they ask for an incident, or did something to it. */
export function viewOf(state: IncidentState): IncidentView {
  return {
    incident_id: state.incident_id,
    status: state.status,
    version: state.version,
    severity: state.severity,
    next_escalation_at: state.escalation === null ? null : isoTime(state.escalation.due_at),
    available_transitions: availableTransitions(state.status, state.settled),
  };
}

/** @param ms since the Unix epoch */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
