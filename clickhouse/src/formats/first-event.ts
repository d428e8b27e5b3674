import type { ColumnType } from '@assay/rules';
import { openBytes } from './byte-source.ts';
import { inspectCsv, type CsvDeclaration } from './csv/inspect.ts';
import { defaultReadLimits, type ReadPlan, type TextLayout } from './define.ts';
import { detectFormat, type FileFormat } from './detect.ts';
import { FieldCollector, type CollectedFields } from './field-collector.ts';
import { earliestInParquet } from './parquet/file.ts';
import { byteLimits, parquetLimits } from './read-limits.ts';
import { RefusedFile } from './refused-file.ts';
import { laidOut } from './text-formats.ts';
import { encoderFor } from './values/column.ts';
import { MisfitRows } from './values/encoder.ts';

/** How to find the times of events in a file: what its source declares. */
export interface EventTimes {
  readonly column: string;
  /** The declared type; null while no file decided it. */
  readonly type: ColumnType | null;
  readonly timestamp_format?: string;
  readonly zone?: string;
  readonly format?: FileFormat;
  readonly csv?: CsvDeclaration;
}

const dayMs = 86_400_000;

/**
 * The earliest event time of a Parquet file, or among the first records of a text file, in milliseconds since the Unix epoch; undefined
 * when the file does not tell. Files are read as they are when they are loaded, a Parquet file by a confined process.
 */
export async function firstEvent(path: string, times: EventTimes): Promise<number | undefined> {
  try {
    const limits = byteLimits.parse({});
    const bytes = await openBytes({ from: path, limits });
    try {
      const { head, whole, compression } = bytes;
      const detected = detectFormat({ head, whole, compressed: compression !== 'none' }, times.format);
      if (detected.kind === 'empty') return undefined;
      if (detected.format !== 'parquet') {
        const layout: TextLayout =
          detected.format === 'jsonl'
            ? { format: 'jsonl' }
            : inspectCsv({ head, whole, limits: defaultReadLimits }, times.csv).layout;
        return earliest(fieldsOf(head, whole, layout, times.column), times);
      }
    } finally {
      await bytes.close();
    }
    const found = await earliestInParquet({ path, bytes: limits, limits: parquetLimits.parse({}) }, times.column);
    const { timestamp_format: _, ...own } = times;
    return earliest(textFields(found.texts), found.is_time ? own : times);
  } catch (cause) {
    // What cannot be read is judged when it is loaded.
    if (cause instanceof RefusedFile) return undefined;
    throw cause;
  }
}

function fieldsOf(head: Uint8Array, whole: boolean, layout: TextLayout, name: string): CollectedFields {
  const plan: ReadPlan = {
    layout,
    columns: [{ name, number: 1, type: { kind: 'string' } }],
    limits: defaultReadLimits,
    mode: 'declared',
    tenant: '',
    source_id: '0',
    load_id: '0',
    received_at: 0,
  };
  const format = laidOut(layout);
  const length = whole ? head.length : format.cutter(plan.limits).lastRecordEnd(head, head.length);
  const bytes = head.subarray(0, length);
  const collector = new FieldCollector(bytes);
  const chunk = { bytes, base_offset: 0, first: true, last: whole, skipped_bytes: 0 };
  format.reader(plan).read(chunk, { offset: 0, line: 1 }, collector);
  return collector.fields();
}

function textFields(texts: readonly string[]): CollectedFields {
  const collector = new FieldCollector(Buffer.from(texts.join('')));
  let at = 0;
  for (const text of texts) {
    const end = at + Buffer.byteLength(text);
    collector.text(at, end);
    at = end;
  }
  return collector.fields();
}

/** A column that nobody declared may hold instants or days. */
function earliest(fields: CollectedFields, times: EventTimes): number | undefined {
  const { type } = times;
  const zone = type?.kind === 'timestamp' ? type.zone : null;
  const instants = type?.kind === 'date' ? [] : valuesAs({ kind: 'timestamp', precision: 9, zone }, fields, times);
  const days = instants.length > 0 ? [] : valuesAs({ kind: 'date' }, fields, times);
  const all = [...instants, ...days];
  return all.length === 0 ? undefined : all.reduce((first, time) => Math.min(first, time));
}

/** What fits the type, in milliseconds. */
function valuesAs(type: ColumnType, { rows, lexemes }: CollectedFields, times: EventTimes): number[] {
  const { column: name, zone } = times;
  // A column that nobody declared holds days as they are written by themselves.
  const timestamp_format = type.kind === 'date' && times.type?.kind !== 'date' ? undefined : times.timestamp_format;
  const encoder = encoderFor({
    name,
    number: 1,
    type,
    ...(timestamp_format === undefined ? {} : { timestamp_format }),
    ...(zone === undefined ? {} : { zone }),
  });
  encoder.encode(lexemes, 0, rows, new MisfitRows(rows));
  const out = new DataView(new ArrayBuffer(encoder.byteLength()));
  encoder.copyTo(new Uint8Array(out.buffer), 0);
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (out.getUint8(row) === 1) continue;
    if (type.kind === 'date') values.push(out.getInt32(rows + 4 * row, true) * dayMs);
    else values.push(Number(out.getBigInt64(rows + 8 * row, true) / 1_000_000n));
  }
  return values;
}
