import { finalDeliveryVersion, type Delivery } from '@assay/clickhouse';
import type { DeliveryOutcome, Notice } from '@assay/workflows';

/** Where a notice stands: queued, tried and queued again, or ended. */
export interface DeliveryStanding {
  readonly notice: Notice;
  readonly outcome: (Omit<DeliveryOutcome, 'state'> & { readonly state: Delivery['state'] }) | null;
  readonly finished_at: string | null;
}

/** The row of a notice; a later standing has a higher version. */
export function deliveryRow({ notice, outcome, finished_at }: DeliveryStanding): Delivery {
  const attempts = outcome?.attempts ?? 0;
  return {
    incident_id: notice.incident_id,
    notice_id: notice.notice_id,
    version: finished_at === null ? Math.min(attempts, finalDeliveryVersion - 1) : finalDeliveryVersion,
    channel: outcome?.channel ?? '',
    target: notice.target,
    level: notice.level,
    reason: notice.reason,
    state: outcome?.state ?? 'queued',
    attempts,
    status_code: outcome?.status_code ?? 0,
    error: outcome?.error ?? '',
    queued_at: notice.queued_at,
    finished_at,
    duration_ms: String(outcome?.duration_ms ?? 0),
  };
}
