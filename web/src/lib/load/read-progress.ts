import { asText } from '../form/config.ts';

/** How far a load is, as its newest event told. */
export interface LoadProgress {
  /** Of the content, decompressed. */
  readonly bytes_done: number;
  /** Null when only reading to the end will tell, as in a compressed file. */
  readonly bytes_total: number | null;
  readonly records: string;
}

/** @returns the load with its progress, or undefined when the event does not tell it */
export function readProgress(event: {
  readonly ids: Readonly<Record<string, string>>;
  readonly data: string;
}): [load_id: string, progress: LoadProgress] | undefined {
  const load_id = event.ids['load_id'];
  const data: unknown = JSON.parse(event.data);
  if (load_id === undefined || typeof data !== 'object' || data === null) return undefined;
  const told: Readonly<Record<string, unknown>> = { ...data };
  const bytes_done = Number(told['content_bytes'] ?? NaN);
  if (Number.isNaN(bytes_done)) return undefined;
  const total = asText(told['content_bytes_total']);
  return [
    load_id,
    { bytes_done, bytes_total: total === '' ? null : Number(total), records: asText(told['records']) || '0' },
  ];
}
