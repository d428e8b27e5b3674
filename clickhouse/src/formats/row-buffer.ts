import type { ColumnObservation, ExtraObservation, ReadPlan, Rejection, RowSink } from './define.ts';
import { ExtraFields } from './extra-fields.ts';
import { lexeme } from './lexeme.ts';
import type { LexemeKind } from './lexeme.ts';
import { constantDateTime, constantUint64, encodeBlock, lists, numbers } from './native.ts';
import type { EncodedBlock, NativeColumn } from './native.ts';
import { PlannedEncoder } from './planned-encoder.ts';
import { printable } from './printable.ts';
import { RejectBuffer } from './reject-buffer.ts';
import { RowMeta } from './row-meta.ts';
import { tallyValue } from './tally-value.ts';
import { TypeErrors } from './type-errors.ts';
import { MisfitRows } from './values/encoder.ts';
import type { Lexemes } from './values/encoder.ts';
import { GrowableBytes } from './values/growable-bytes.ts';
import { emptyTally } from './value-tally.ts';

/** Misfits of a column that are shown as they were written, per block. */
const oddValues_max = 5;
const oddBytes_max = 200;

/** What a stretch of a chunk became: blocks not yet stamped with chunk id and line base. */
export interface BufferedRows {
  readonly rows: number;
  readonly rejects: number;
  readonly row_block: EncodedBlock | null;
  readonly reject_block: EncodedBlock | null;
  readonly columns: readonly ColumnObservation[];
  readonly extras: readonly ExtraObservation[];
  readonly extras_unlisted: number;
}

/**
 * Collects rows for one Native block. Readers put lexemes down row by row; they are encoded in batches, column after column, so that
 * each type's loop runs undisturbed and nothing is allocated per row or value.
 */
export class RowBuffer implements RowSink {
  full = false;
  readonly #plan: ReadPlan;
  readonly #encodedBytesMax: number;
  readonly #columns: readonly PlannedEncoder[];
  /** Rows of a batch, and the distance between the columns' slots: odd, so that slots of one row do not share a cache set. */
  readonly #stride: number;
  readonly #lexemes: Lexemes;
  readonly #misfits: MisfitRows;
  readonly #rejects: RejectBuffer;
  readonly #extras: ExtraFields;
  readonly #extraNames: readonly Buffer[];
  readonly #typeErrors: TypeErrors;
  readonly #meta = new RowMeta();
  readonly #absent = new GrowableBytes();
  #absentCount = 0;
  #baseOffset = 0;
  /** The row being collected, counted from the start of the batch, and how many columns it has so far. */
  #row = 0;
  #seen = 0;
  /** Whether any row of the batch lacks a column. */
  #someAbsent = false;

  constructor(plan: ReadPlan, encodedBytes_max: number) {
    this.#plan = plan;
    this.#encodedBytesMax = encodedBytes_max;
    this.#columns = plan.columns.map((column) => new PlannedEncoder(column));
    this.#stride = Math.min(1021, Math.max(31, Math.floor(65_536 / Math.max(1, plan.columns.length)) | 1));
    const slots = this.#stride * plan.columns.length;
    this.#lexemes = {
      bytes: new Uint8Array(0),
      kinds: new Uint8Array(slots),
      starts: new Int32Array(slots),
      ends: new Int32Array(slots),
    };
    this.#misfits = new MisfitRows(this.#stride);
    this.#typeErrors = new TypeErrors(
      this.#columns.map((column) => column.physicalName),
      this.#stride,
    );
    this.#rejects = new RejectBuffer(plan);
    this.#extras = new ExtraFields({ tallies: plan.mode === 'inferred' });
    this.#extraNames = plan.layout.format === 'jsonl' ? [] : plan.layout.fields.map((name) => Buffer.from(name));
  }

  /** Takes the bytes that the following ranges lie in; the buffer must have been taken out before. */
  begin(bytes: Uint8Array, base_offset: number): void {
    this.#lexemes.bytes = bytes;
    this.#extras.begin(bytes);
    this.#baseOffset = base_offset;
  }

  value(column: number, kind: LexemeKind, start: number, end: number): boolean {
    const slot = column * this.#stride + this.#row;
    const { kinds, starts, ends } = this.#lexemes;
    if (kinds[slot] !== lexeme.absent) return false;
    kinds[slot] = kind;
    starts[slot] = start;
    ends[slot] = end;
    this.#seen++;
    return true;
  }

  extra(name: number, kind: LexemeKind, start: number, end: number): boolean {
    return this.#extras.add(name, kind, start, end);
  }

  extraName(bytes: Uint8Array, start: number, end: number): number {
    return this.#extras.name(bytes, start, end);
  }

  extraField(field: number, kind: LexemeKind, start: number, end: number): void {
    const name = this.#extraNames[field];
    if (name !== undefined) this.#extras.add(this.#extras.name(name, 0, name.length), kind, start, end);
  }

  endRow(line: number, offset: number): void {
    const meta = this.#meta;
    if (this.#row === 0) meta.reserve(this.#stride);
    const row = meta.rows + this.#row;
    meta.lines[row] = line;
    meta.offsets[row] = offset;
    meta.extraEnds[row] = this.#extras.endRow();
    if (this.#seen !== this.#columns.length) this.#someAbsent = true;
    this.#seen = 0;
    if (++this.#row === this.#stride) this.#endBatch();
  }

  reject(rejection: Rejection): void {
    if (this.#seen > 0) this.#dropRow();
    this.#extras.dropRow();
    this.#rejects.add(this.#lexemes.bytes, this.#baseOffset, rejection);
    if (this.#rejects.size > this.#encodedBytesMax) this.full = true;
  }

  /**
   * Encodes what was collected since the last call and starts anew; the bytes of `begin` are no longer needed after it. The rows are put
   * into `spare` when they fit.
   */
  take(spare?: ArrayBuffer): BufferedRows {
    if (this.#row > 0) this.#endBatch();
    const rows = this.#meta.rows;
    const rejects = this.#rejects.count;
    const result = {
      rows,
      rejects,
      row_block: rows > 0 ? encodeBlock(rows, this.#blockColumns(rows), spare) : null,
      reject_block: rejects > 0 ? this.#rejects.encode() : null,
      columns: this.#columns.map((column) => column.observation()),
      ...this.#extras.observations(),
    };
    this.#clear();
    return result;
  }

  #clear(): void {
    this.full = false;
    for (const column of this.#columns) column.clear();
    this.#meta.clear();
    this.#absent.clear();
    this.#absentCount = 0;
    this.#typeErrors.clear();
    this.#extras.clearEntries();
    this.#extras.clearObservations();
    this.#rejects.clear();
  }

  #dropRow(): void {
    const { kinds } = this.#lexemes;
    for (let slot = this.#row; slot < kinds.length; slot += this.#stride) kinds[slot] = lexeme.absent;
    this.#seen = 0;
  }

  #endBatch(): void {
    const rows = this.#row;
    const lexemes = this.#lexemes;
    const meta = this.#meta;
    this.#noteAbsent(rows);
    let size = (meta.rows + rows) * 60 + this.#absent.length;
    this.#columns.forEach((column, index) => {
      const misfits = this.#misfits;
      const first = index * this.#stride;
      column.encoder.encode(lexemes, first, rows, misfits);
      if (misfits.count > 0) {
        this.#noteMisfits(column, index, misfits);
        misfits.count = 0;
      }
      size += column.encoder.byteLength();
    });
    this.#typeErrors.endBatch(rows, lexemes, this.#stride);
    meta.typeErrorEnds.set(this.#typeErrors.entriesAtRow.subarray(0, rows), meta.rows);
    lexemes.kinds.fill(lexeme.absent);
    meta.rows += rows;
    this.#row = 0;
    size +=
      this.#typeErrors.keys.length +
      this.#typeErrors.values.length +
      this.#extras.keys.length +
      this.#extras.values.length;
    if (size > this.#encodedBytesMax) this.full = true;
  }

  #noteMisfits(column: PlannedEncoder, index: number, misfits: MisfitRows): void {
    const { bytes, kinds, starts, ends } = this.#lexemes;
    for (let misfit = 0; misfit < misfits.count; misfit++) {
      const row = misfits.rows[misfit] ?? 0;
      const slot = index * this.#stride + row;
      const start = starts[slot] ?? 0;
      const end = ends[slot] ?? 0;
      this.#typeErrors.add(row, index);
      column.type_errors++;
      if (column.odd.length < oddValues_max) {
        const quotes = kinds[slot] === lexeme.string || kinds[slot] === lexeme.escapedString ? 1 : 0;
        const stop = Math.min(end + quotes, start + oddBytes_max);
        column.odd.push({
          line: this.#meta.lines[this.#meta.rows + row] ?? 0,
          raw: printable(bytes, start - quotes, stop),
        });
      }
      if (this.#plan.mode === 'inferred')
        tallyValue((column.misfits ??= emptyTally()), bytes, kinds[slot] ?? 0, start, end);
    }
  }

  #noteAbsent(rows: number): void {
    const meta = this.#meta;
    if (!this.#someAbsent) {
      meta.absentEnds.fill(this.#absentCount, meta.rows, meta.rows + rows);
      return;
    }
    const { kinds } = this.#lexemes;
    const absent = this.#absent;
    for (let row = 0; row < rows; row++) {
      let column = 0;
      for (let slot = row; slot < kinds.length; slot += this.#stride, column++) {
        if (kinds[slot] !== lexeme.absent) continue;
        const planned = this.#columns[column];
        if (planned === undefined) continue;
        planned.absent++;
        absent.byte(planned.number & 0xff);
        absent.byte(planned.number >>> 8);
        this.#absentCount++;
      }
      meta.absentEnds[meta.rows + row] = this.#absentCount;
    }
    this.#someAbsent = false;
  }

  #blockColumns(rows: number): NativeColumn[] {
    const { load_id, received_at } = this.#plan;
    const [meta, typeErrors, extras] = [this.#meta, this.#typeErrors, this.#extras];
    const mapType = 'Map(String, String)';
    return [
      constantUint64('_assay_load_id', BigInt(load_id), rows),
      { ...constantUint64('_assay_chunk_id', 0n, rows), stamp: 'chunk_id' },
      { ...numbers('_assay_line', meta.lines, rows, 0), stamp: 'line' },
      numbers('_assay_byte_offset', meta.offsets, rows, this.#baseOffset),
      constantDateTime('_assay_received_at', received_at, rows),
      // A column that a block lacks is empty in its rows, and in most blocks these three are.
      ...(this.#absentCount === 0
        ? []
        : [lists('_assay_absent', 'Array(UInt16)', meta.absentEnds, rows, [this.#absent])]),
      ...(typeErrors.entries === 0
        ? []
        : [lists('_assay_type_errors', mapType, meta.typeErrorEnds, rows, [typeErrors.keys, typeErrors.values])]),
      ...(extras.entries === 0
        ? []
        : [lists('_assay_extra', mapType, meta.extraEnds, rows, [extras.keys, extras.values])]),
      ...this.#columns.map((column) => column.native()),
    ];
  }
}
