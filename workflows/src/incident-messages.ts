/** What incidents are told and answer. Ids are UInt64 as decimal text, times ISO 8601 in UTC. */

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type IncidentStatus = 'triggered' | 'acknowledged' | 'resolved';
export type ResolveReason =
  | 'fixed_at_source'
  | 'fixed_pipeline'
  | 'expected_change'
  | 'false_positive'
  | 'no_action'
  | 'duplicate'
  | 'clean_load'
  | 'rule_deleted';
export type IncidentTransition = 'acknowledge' | 'unacknowledge' | 'resolve' | 'reopen' | 'comment';
export type Via = 'web' | 'cli' | 'api' | 'system';

/** What is grouped into one incident. */
export interface IncidentKey {
  readonly tenant: string;
  readonly source_id: string;
  readonly source: string;
  readonly rule_id: string;
  readonly segment: string;
}

/** One signal per incident and load, from a check; `verdict` is the worst of the rule on that segment. */
export interface LoadJudged {
  readonly load_id: string;
  readonly check_id: string;
  readonly verdict: 'pass' | 'warn' | 'fail' | 'error';
  readonly severity: Severity;
  readonly kind: string;
  readonly anomaly_id: string;
  readonly finding: string;
  readonly file: string;
  readonly rows_failed: string;
  readonly url: string;
}

/** Who acts, and through what. */
export interface Actor {
  readonly actor: string;
  readonly via: Via;
}

export interface ResolveInput extends Actor {
  readonly reason: ResolveReason;
  readonly comment: string;
}

export interface CommentInput extends Actor {
  readonly comment: string;
}

/** What a person sees after acting. */
export interface IncidentView {
  readonly incident_id: string;
  readonly status: IncidentStatus;
  readonly version: number;
  readonly severity: Severity;
  readonly next_escalation_at: string | null;
  readonly available_transitions: readonly IncidentTransition[];
}

/** Identity of an incident's workflow; one open incident per key by construction. */
export function incidentWorkflowId(key: IncidentKey): string {
  return `incident:${key.tenant}:${key.source_id}:${key.rule_id}:${encodeURIComponent(key.segment)}`.slice(0, 900);
}

export const incidentMessages = {
  judged: 'judged',
  acknowledge: 'acknowledge',
  unacknowledge: 'unacknowledge',
  resolve: 'resolve',
  reopen: 'reopen',
  comment: 'comment',
  view: 'view',
} as const;
