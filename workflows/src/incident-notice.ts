import type { IncidentStatus, Severity } from './incident-messages.ts';

/** Why a notice is sent; the receiver sees it. */
export type NoticeReason =
  | 'triggered'
  | 'escalated'
  | 'repeat'
  | 'severity_raised'
  | 'regressed'
  | 'acknowledgement_expired'
  | 'unacknowledged'
  | 'resolved'
  | 'exhausted';

/** One message to one target. It carries what was true when it was decided, and no values of rows. */
export interface Notice {
  /** Stable over attempts and restarts; the `webhook-id` a receiver sees. */
  readonly notice_id: string;
  readonly tenant: string;
  readonly incident_id: string;
  /** A notice is wanted while the incident is still in the episode that asked for it. */
  readonly episode: number;
  readonly target: string;
  readonly reason: NoticeReason;
  /** The level of escalation, from 1; 0 for notices outside of it. */
  readonly level: number;
  /** The round of escalation, from 1. */
  readonly round: number;
  readonly policy: string;
  readonly queued_at: string;
  readonly incident: NoticedIncident;
}

export interface NoticedIncident {
  readonly status: IncidentStatus;
  readonly severity: Severity;
  readonly source: string;
  readonly rule_id: string;
  readonly kind: string;
  readonly segment: string;
  readonly finding: string;
  readonly file: string;
  readonly load_id: string;
  readonly rows_failed: string;
  readonly occurrences: number;
  readonly regressed: boolean;
  readonly triggered_at: string;
  /** Empty while open. */
  readonly resolved_by: string;
}

/** How sending a notice ended. */
export interface DeliveryOutcome {
  readonly state: 'delivered' | 'failed' | 'suppressed';
  readonly channel: string;
  readonly attempts: number;
  /** The HTTP answer; 0 for none. */
  readonly status_code: number;
  /** A sentence; empty when delivered. */
  readonly error: string;
  readonly duration_ms: number;
  /** Set when the target must not be used any more: the receiver said so. */
  readonly disable: { readonly target: string; readonly fingerprint: string } | null;
}
