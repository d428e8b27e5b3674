import { parseColumnType, type ColumnType } from '@assay/rules';
import { openParquet } from '../parquet/file.ts';
import { byteLimits, parquetLimits } from '../read-limits.ts';
import { readAll } from './read-all.ts';

/** The limits of a source that sets none. */
export const parquetDefaults = { bytes: byteLimits.parse({}), limits: parquetLimits.parse({}) };

export interface ReadOptions {
  /** Declared types; without them the file's own. */
  readonly declared?: Readonly<Record<string, string>>;
  readonly record_bytes_max?: number;
  readonly chunk_bytes?: number;
  readonly limits?: Partial<typeof parquetDefaults.limits>;
  readonly bytes?: Partial<typeof parquetDefaults.bytes>;
  readonly signal?: AbortSignal;
}

/** Reads a file as a load does: its rows, rejects, and what was found. */
export async function readParquet(path: string, set: ReadOptions = {}) {
  const file = await openParquet({
    path,
    bytes: { ...parquetDefaults.bytes, ...set.bytes },
    limits: { ...parquetDefaults.limits, ...set.limits },
    signal: set.signal,
  });
  try {
    const pieces: Buffer[] = [];
    for await (const piece of file.content()) pieces.push(piece);
    const columns =
      set.declared === undefined
        ? file.columns.map((column, index) => ({ ...column, number: index + 1 }))
        : Object.entries(set.declared).map(([name, text], index) => {
            const type = parseColumnType(text);
            if (type === undefined) throw new Error(`no type ${text}`);
            return { name, type, number: index + 1 };
          });
    const plan = {
      layout: file.layout,
      columns,
      limits: { record_bytes_max: set.record_bytes_max ?? 1 << 20, depth_max: 100, columns_max: 1000 },
      mode: 'declared',
      tenant: 'default',
      source_id: '7',
      load_id: '8',
      received_at: 0,
    } as const;
    const all = await readAll(
      Buffer.concat(pieces),
      plan,
      set.chunk_bytes === undefined ? {} : { chunk_bytes: set.chunk_bytes },
    );
    return { ...all, file };
  } finally {
    await file.close();
  }
}

/** A stored value as people write it: days and ticks as dates, decimals with their point. */
export function shown(type: ColumnType | undefined, stored: string | null | undefined): string | null | undefined {
  if (stored === null || stored === undefined || type === undefined) return stored;
  if (type.kind === 'date') return new Date(Number(stored) * 86_400_000).toISOString().slice(0, 10);
  if (type.kind === 'decimal') return `${stored.slice(0, -type.scale)}.${stored.slice(-type.scale)}`;
  if (type.kind !== 'timestamp') return stored;
  const unit = 10n ** BigInt(type.precision);
  const seconds = Number(BigInt(stored) / unit);
  const fraction = String(BigInt(stored) % unit).padStart(type.precision, '0');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}`;
}
