import type { DeliveryOutcome, Notice } from './incident-notice.ts';
import type { IncidentState, TimelineEntry } from './incident-state.ts';

/** A notice and where it stands. */
export interface ProjectedDelivery {
  readonly notice: Notice;
  /** Null while it is on its way. */
  readonly outcome: DeliveryOutcome | null;
  readonly finished_at: string | null;
}

/** What is shown of an incident: all but what it has heard of. */
export type ShownIncident = Omit<IncidentState, 'seen' | 'seen_up_to' | 'failures' | 'withdrawals' | 'cleared_by'>;

export interface ProjectIncidentInput {
  readonly state: ShownIncident;
  readonly entries: readonly TimelineEntry[];
  readonly deliveries: readonly ProjectedDelivery[];
  readonly workflow_id: string;
  readonly run_id: string;
}

/** The part of the port that incidents call; see `run-incident`. */
export interface IncidentActivities {
  /** Writes what people see of an incident: its row, the newest entries of its timeline, its deliveries. A retry writes the same rows. */
  projectIncident(input: ProjectIncidentInput): Promise<void>;
  /** Sends one notice to one target, unless it is no longer wanted. Throws to be tried again later under the same notice id. */
  deliverNotice(notice: Notice): Promise<DeliveryOutcome>;
}
