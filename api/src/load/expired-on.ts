import type { Kept, Load } from '@assay/clickhouse';

const whats: Readonly<Record<Kept, string>> = {
  inbox: 'The bytes of the file',
  rows: 'Its rows',
  evidence: 'The rows kept as evidence',
  metrics: 'What was measured of its columns',
};

/** `Its rows expired on 2026-11-21.` for a load that gave that part up; empty for one that still has it. */
export function expiredOn(load: Pick<Load, 'expired'>, part: Kept): string {
  const at = load.expired[part];
  return at === undefined ? '' : `${whats[part]} expired on ${at.slice(0, 10)}.`;
}
