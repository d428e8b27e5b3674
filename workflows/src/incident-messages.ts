import type { PinnedPolicy } from '@assay/rules';

/** What incidents are told and answer. Ids are UInt64 as decimal text, times ISO 8601 in UTC. */

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type IncidentStatus = 'triggered' | 'acknowledged' | 'resolved';
/** Why a person resolves an incident. */
export type PersonsReason =
  'fixed_at_source' | 'fixed_pipeline' | 'expected_change' | 'false_positive' | 'no_action' | 'duplicate';
/** Why what was the matter with the stored rows of a load is over. */
export type ClearedFor = 'load_reloaded' | 'rows_returned' | 'load_withdrawn' | 'load_expired';
export type ResolveReason = PersonsReason | ClearedFor | 'clean_load' | 'segment_gone' | 'rule_deleted';
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

/** The `rule_id` of the incident that stands for many which begin in one load; no rule can have it. */
export const stormRule = '*storm*';

/**
 * The `rule_id` of incidents about loads of which the store lost rows, no rule's either. The segment is the load's id; the one without a
 * segment stands for many loads that were found together.
 */
export const damageRule = '*damage*';

/** One signal per incident and load, from a check; `verdict` is the worst of the rule on that segment. */
export interface LoadJudged {
  readonly load_id: string;
  readonly check_id: string;
  /**
   * `fail` opens or keeps open, `pass` resolves; `warn` and `error` do neither. `absent` says that the load had no row of the segment:
   * that proves nothing once, and that the segment is gone after some loads.
   */
  readonly verdict: 'pass' | 'warn' | 'fail' | 'error' | 'absent';
  readonly severity: Severity;
  readonly kind: string;
  /** '0' when the verdict made none. */
  readonly anomaly_id: string;
  readonly finding: string;
  readonly file: string;
  readonly rows_failed: string;
  /** Receipt of the file, or when its rows were found missing; what is older than a person's resolution does not reopen the incident. */
  readonly received_at: string;
  /** True while a storm incident speaks for this one: it opens without notices and stays quiet until told otherwise. */
  readonly silent: boolean;
}

/** One signal per incident and decision about a load that did not pass: it was withdrawn, or its withdrawal was taken back. */
export interface LoadDecided {
  readonly load_id: string;
  readonly file: string;
  /** Orders the decisions about the loads of a source. */
  readonly decision_no: number;
  readonly withdrawn: boolean;
  /** True while a storm incident speaks for this one, should it come back. */
  readonly silent: boolean;
  readonly actor: string;
  readonly reason: string;
}

/** What an incident is about is over, whatever the files that come say: one signal per incident and decision. */
export interface LoadCleared {
  readonly load_id: string;
  /** Orders the decisions about the loads of a source. */
  readonly decision_no: number;
  readonly reason: ClearedFor;
  /** One sentence. */
  readonly message: string;
}

/** How an incident's workflow starts; used only when a failure opens it. */
export interface OpenIncident {
  readonly kind: 'open';
  readonly incident_id: string;
  readonly key: IncidentKey;
  readonly policy: PinnedPolicy;
}

/** Who acts, and through what. */
export interface Actor {
  readonly actor: string;
  readonly via: Via;
}

/** What a person does to one incident; its key may have a newer one by now, which must not be hit. */
export interface IncidentAct extends Actor {
  readonly incident_id: string;
}

export interface ResolveInput extends IncidentAct {
  readonly reason: ResolveReason;
  /** Required when the severity is critical; may be empty otherwise. */
  readonly comment: string;
}

export interface CommentInput extends IncidentAct {
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

/** Codes of a refused Update, as the `type` of the ApplicationFailure it fails with. */
export type IncidentRefusalCode =
  | 'not_open'
  | 'other_incident'
  | 'already_acknowledged'
  | 'not_acknowledged'
  | 'already_resolved'
  | 'not_resolved'
  | 'comment_required'
  | 'reason_not_for_people'
  | 'window_ended'
  | 'nothing_due';

export const incidentMessages = {
  judged: 'judged',
  decided: 'decided',
  cleared: 'cleared',
  acknowledge: 'acknowledge',
  unacknowledge: 'unacknowledge',
  resolve: 'resolve',
  reopen: 'reopen',
  comment: 'comment',
  view: 'view',
  wanted: 'wanted',
} as const;
