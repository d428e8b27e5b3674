import type { ColumnType } from '@assay/rules';
import { ChunkWork } from '../chunk-work.ts';
import { cutChunks } from '../cut-chunks.ts';
import type { ReadPlan } from '../define.ts';
import { stampBlock } from '../native.ts';
import { ReadTotals } from '../read-totals.ts';
import { laidOut } from '../text-formats.ts';
import { decodeNative } from './decode-native.ts';
import type { Decoded } from './decode-native.ts';

export interface DecodedRow {
  readonly line: number;
  readonly offset: number;
  readonly absent: readonly string[];
  readonly typeErrors: ReadonlyMap<string, string>;
  readonly extra: ReadonlyMap<string, string>;
  readonly values: readonly (string | null)[];
}

export interface DecodedReject {
  readonly line: number;
  readonly offset: number;
  readonly code: string;
  readonly reason: string;
  readonly raw: string;
  readonly raw_bytes: number;
}

export interface DecodedFile {
  readonly rows: readonly DecodedRow[];
  readonly rejects: readonly DecodedReject[];
  readonly totals: ReadTotals;
}

export interface ReadAllOptions {
  readonly chunk_bytes?: number;
  /** Size of the pieces in which the content arrives. */
  readonly piece_bytes?: number;
  readonly encodedBytes_max?: number;
}

/** A plan for tests: columns by name and type, numbered in their order. */
export function planFor(columns: Readonly<Record<string, ColumnType>>, change: Partial<ReadPlan> = {}): ReadPlan {
  return {
    layout: { format: 'jsonl' },
    columns: Object.entries(columns).map(([name, type], index) => ({ name, number: index + 1, type })),
    limits: { record_bytes_max: 1024 * 1024, depth_max: 100, columns_max: 1000 },
    mode: 'declared',
    tenant: 'default',
    source_id: '7',
    load_id: '18446744073709551615',
    received_at: 1_700_000_000,
    ...change,
  };
}

/** Reads a whole file on this thread, through the cutter, and decodes every block. */
export async function readAll(
  file: string | Uint8Array,
  plan: ReadPlan,
  options: ReadAllOptions = {},
): Promise<DecodedFile> {
  const bytes = typeof file === 'string' ? Buffer.from(file) : Buffer.from(file);
  const work = new ChunkWork(plan, options.encodedBytes_max ?? 1 << 26);
  const totals = new ReadTotals(plan);
  const rows: DecodedRow[] = [];
  const rejects: DecodedReject[] = [];
  const chunks = cutChunks(pieces(bytes, options.piece_bytes ?? 1 << 20), {
    cutter: laidOut(plan.layout).cutter(plan.limits),
    record_bytes_max: plan.limits.record_bytes_max,
    chunk_bytes: options.chunk_bytes ?? 1 << 20,
    allocate: (size) => new ArrayBuffer(size),
  });
  for await (const chunk of chunks) {
    const lines_before = totals.lines;
    for (const stretch of work.read(chunk)) {
      for (const block of [stretch.row_block, stretch.reject_block])
        if (block !== null) stampBlock(block, 77n, lines_before);
      if (stretch.row_block !== null)
        rows.push(...decodeNative(stretch.row_block.bytes).flatMap((block) => decodeRows(block, plan)));
      if (stretch.reject_block !== null)
        rejects.push(...decodeNative(stretch.reject_block.bytes).flatMap(decodeRejects));
      totals.add({ ...stretch, records: stretch.rows + stretch.rejects });
    }
  }
  return { rows, rejects, totals };
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

type Block = ReturnType<typeof decodeNative>[number];

function decodeRows({ rows, columns }: Block, plan: ReadPlan): DecodedRow[] {
  const at = (name: string, row: number): Decoded => columns.get(name)?.values[row] ?? null;
  return Array.from({ length: rows }, (_, row) => {
    if (at('_assay_load_id', row) !== plan.load_id || at('_assay_chunk_id', row) !== '77')
      throw new Error('ids are wrong');
    return {
      line: Number(at('_assay_line', row)),
      offset: Number(at('_assay_byte_offset', row)),
      absent: list(at('_assay_absent', row)),
      typeErrors: entries(at('_assay_type_errors', row)),
      extra: entries(at('_assay_extra', row)),
      values: plan.columns.map((column) => text(at(`c_${String(column.number)}`, row))),
    };
  });
}

function decodeRejects({ rows, columns }: Block): DecodedReject[] {
  const at = (name: string, row: number): string => text(columns.get(name)?.values[row] ?? null) ?? '';
  return Array.from({ length: rows }, (_, row) => ({
    line: Number(at('line', row)),
    offset: Number(at('byte_offset', row)),
    code: at('reason_code', row),
    reason: at('reason', row),
    raw: at('raw', row),
    raw_bytes: Number(at('raw_bytes', row)),
  }));
}

function text(value: Decoded): string | null {
  if (value === null || typeof value === 'string') return value;
  throw new Error('expected a plain value');
}

/** A block lacks such columns when they are empty in all its rows. */
function list(value: Decoded): string[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new Error('expected a list');
  return value.map(String);
}

function entries(value: Decoded): Map<string, string> {
  if (value === null) return new Map();
  if (typeof value === 'string') throw new Error('expected a map');
  return new Map(value.map((entry) => (typeof entry === 'string' ? ['', entry] : entry)));
}
