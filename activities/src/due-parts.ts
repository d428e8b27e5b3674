import { finalStates, type Kept, type Load } from '@assay/clickhouse';
import type { SourceDocument } from '@assay/rules';

const day_ms = 24 * 3_600_000;

type Dated = Pick<Load, 'state' | 'received_at' | 'committed_at' | 'check_id' | 'damage' | 'expired'>;

/**
 * What of a load its source keeps no longer, counted from its receipt. Only what is there and whole can expire: a load that is under way
 * keeps everything, and one of which rows are missing keeps the bytes it can be loaded again from.
 * @param now milliseconds since the Unix epoch
 */
export function dueParts(load: Dated, retention: SourceDocument['retention'], now: number): Kept[] {
  if (!finalStates.includes(load.state)) return [];
  const age_ms = now - Date.parse(load.received_at);
  const isOver = (part: Kept) => age_ms >= keptFor_ms(retention[part]) && load.expired[part] === undefined;
  const rows = load.committed_at !== null && isOver('rows');
  const isNeeded = load.damage !== '' && !rows;
  return [
    ...(!isNeeded && isOver('inbox') ? (['inbox'] as const) : []),
    ...(rows ? (['rows'] as const) : []),
    ...(['evidence', 'metrics'] as const).filter((part) => load.check_id !== '0' && isOver(part)),
  ];
}

/** `30 days` in milliseconds; `for ever` is longer than anything. */
function keptFor_ms(keep: string): number {
  const days = /^(\d+) days?$/.exec(keep)?.[1];
  return days === undefined ? Number.POSITIVE_INFINITY : Number(days) * day_ms;
}
