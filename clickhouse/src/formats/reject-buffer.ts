import type { ReadPlan, Rejection } from './define.ts';
import { constantDateTime, constantString, constantUint64, encodeBlock, rawColumn } from './native.ts';
import type { EncodedBlock } from './native.ts';
import { printable } from './printable.ts';
import { GrowableBytes } from './values/growable-bytes.ts';

/** Bytes of a rejected record that are kept; its true length is kept beside them. */
const reject_raw_bytes_max = 64 * 1024;

/** Rows of the table `rejects`, as a Native block. */
export class RejectBuffer {
  count = 0;
  readonly #plan: ReadPlan;
  readonly #lines = new GrowableBytes();
  readonly #offsets = new GrowableBytes();
  readonly #codes = new GrowableBytes();
  readonly #reasons = new GrowableBytes();
  readonly #raw = new GrowableBytes();
  readonly #rawBytes = new GrowableBytes();

  constructor(plan: ReadPlan) {
    this.#plan = plan;
  }

  /** Encoded size so far. */
  get size(): number {
    const fixed = this.count * (3 * 8 + 4 + Buffer.byteLength(this.#plan.tenant) + 1);
    return fixed + this.#lines.length * 3 + this.#codes.length + this.#reasons.length + this.#raw.length;
  }

  add(bytes: Uint8Array, base_offset: number, rejection: Rejection): void {
    const { start, end } = rejection;
    this.count++;
    this.#lines.uint64(rejection.line);
    this.#offsets.uint64(base_offset + start);
    this.#codes.text(rejection.reason_code);
    this.#reasons.text(rejection.reason);
    this.#raw.text(printable(bytes, start, Math.min(end, start + reject_raw_bytes_max)));
    this.#rawBytes.uint64(rejection.raw_bytes ?? end - start);
  }

  /** The block of all rejects since `clear`. */
  encode(): EncodedBlock {
    const { tenant, source_id, load_id, received_at } = this.#plan;
    return encodeBlock(this.count, [
      constantString('tenant', tenant, this.count),
      constantUint64('source_id', BigInt(source_id), this.count),
      constantUint64('load_id', BigInt(load_id), this.count),
      { ...constantUint64('chunk_id', 0n, this.count), stamp: 'chunk_id' },
      { ...rawColumn('line', 'UInt64', this.#lines), stamp: 'line' },
      rawColumn('byte_offset', 'UInt64', this.#offsets),
      constantDateTime('received_at', received_at, this.count),
      rawColumn('reason_code', 'String', this.#codes),
      rawColumn('reason', 'String', this.#reasons),
      rawColumn('raw', 'String', this.#raw),
      rawColumn('raw_bytes', 'UInt64', this.#rawBytes),
    ]);
  }

  clear(): void {
    this.count = 0;
    for (const column of [this.#lines, this.#offsets, this.#codes, this.#reasons, this.#raw, this.#rawBytes])
      column.clear();
  }
}
