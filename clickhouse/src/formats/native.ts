import { GrowableBytes } from './values/growable-bytes.ts';

/** One column of a Native block: its name and type as the engine spells them, and its data. */
export interface NativeColumn {
  readonly name: string;
  readonly type: string;
  /** What `stampBlock` fills in or adds to. */
  readonly stamp?: 'chunk_id' | 'line';
  byteLength(): number;
  /** Writes the data at `at` and returns the position behind it. */
  copyTo(out: Uint8Array, at: number): number;
}

/** A Native block whose chunk id and line numbers are still relative: both are known only when all earlier chunks are read. */
export interface EncodedBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rows: number;
  /** Positions of the data of the chunk id and of the line column, eight bytes per row each. */
  readonly chunk_ids_at: number;
  readonly lines_at: number;
}

/**
 * Puts columns of `rows` rows each together to one block, in the format of `INSERT … FORMAT Native` over HTTP (revision 0).
 * `spare` is used when the block fits into it.
 */
export function encodeBlock(rows: number, columns: readonly NativeColumn[], spare?: ArrayBuffer): EncodedBlock {
  const head = new GrowableBytes();
  head.varint(columns.length);
  head.varint(rows);
  const titles = columns.map((column) => {
    const title = new GrowableBytes(64);
    title.text(column.name);
    title.text(column.type);
    return title;
  });
  let size = head.length;
  columns.forEach((column, index) => (size += (titles[index]?.length ?? 0) + column.byteLength()));

  const buffer = spare !== undefined && spare.byteLength >= size ? spare : new ArrayBuffer(roomFor(size));
  const bytes = new Uint8Array(buffer, 0, size);
  bytes.set(head.bytes.subarray(0, head.length));
  let at = head.length;
  let chunkIdsAt = -1;
  let linesAt = -1;
  columns.forEach((column, index) => {
    const title = titles[index];
    if (title === undefined) return;
    bytes.set(title.bytes.subarray(0, title.length), at);
    at += title.length;
    if (column.stamp === 'chunk_id') chunkIdsAt = at;
    if (column.stamp === 'line') linesAt = at;
    at = column.copyTo(bytes, at);
  });
  return { bytes, rows, chunk_ids_at: chunkIdsAt, lines_at: linesAt };
}

/** A little more than `bytes`, the same for blocks of about the same size, so that one block's buffer fits the next. */
function roomFor(bytes: number): number {
  const step = Math.max(1024, 2 ** Math.floor(Math.log2(Math.max(1, bytes))) / 8);
  return Math.ceil(bytes / step) * step;
}

/** Writes the chunk id into every row and adds `lines_before` to every line number. */
export function stampBlock(block: EncodedBlock, chunkId: bigint, lines_before: number): void {
  const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
  fillUint64(block.bytes, block.chunk_ids_at, block.rows, chunkId);
  if (lines_before === 0) return;
  const end = block.lines_at + block.rows * 8;
  for (let at = block.lines_at; at < end; at += 8) {
    const line = view.getUint32(at, true) + lines_before;
    view.setUint32(at, line, true);
    view.setUint32(at + 4, Math.floor(line / 0x1_0000_0000), true);
  }
}

/** A column that holds the same UInt64 in every row. */
export function constantUint64(name: string, value: bigint, rows: number): NativeColumn {
  return {
    name,
    type: 'UInt64',
    byteLength: () => rows * 8,
    copyTo(out, at) {
      fillUint64(out, at, rows, value);
      return at + rows * 8;
    },
  };
}

/** A column that holds the same instant in every row, in seconds since 1970 UTC. */
export function constantDateTime(name: string, seconds: number, rows: number): NativeColumn {
  return {
    name,
    type: "DateTime('UTC')",
    byteLength: () => rows * 4,
    copyTo(out, at) {
      const pattern = Buffer.alloc(4);
      pattern.writeUInt32LE(seconds);
      fillPattern(out, at, rows, pattern);
      return at + rows * 4;
    },
  };
}

/** A column that holds the same text in every row. */
export function constantString(name: string, text: string, rows: number): NativeColumn {
  const encoded = new GrowableBytes(64);
  encoded.text(text);
  return {
    name,
    type: 'String',
    byteLength: () => rows * encoded.length,
    copyTo(out, at) {
      fillPattern(out, at, rows, Buffer.from(encoded.bytes.subarray(0, encoded.length)));
      return at + rows * encoded.length;
    },
  };
}

/** A column whose data is already laid out. */
export function rawColumn(name: string, type: string, data: GrowableBytes): NativeColumn {
  return {
    name,
    type,
    byteLength: () => data.length,
    copyTo(out, at) {
      out.set(data.bytes.subarray(0, data.length), at);
      return at + data.length;
    },
  };
}

/** A UInt64 column of small numbers, each `base` more than in `values`. */
export function numbers(name: string, values: Int32Array, rows: number, base: number): NativeColumn {
  return {
    name,
    type: 'UInt64',
    byteLength: () => rows * 8,
    copyTo(out, at) {
      const view = new DataView(out.buffer, out.byteOffset + at, rows * 8);
      for (let row = 0; row < rows; row++) {
        const value = base + (values[row] ?? 0);
        view.setUint32(row * 8, value, true);
        view.setUint32(row * 8 + 4, value < 0x1_0000_0000 ? 0 : value / 0x1_0000_0000, true);
      }
      return at + rows * 8;
    },
  };
}

/** An array or map column: where each row's entries end, then the entries, part after part. */
export function lists(
  name: string,
  type: string,
  ends: Int32Array,
  rows: number,
  parts: readonly GrowableBytes[],
): NativeColumn {
  const offsets = numbers(name, ends, rows, 0);
  const columns = parts.map((part) => rawColumn(name, type, part));
  return {
    name,
    type,
    byteLength: () => columns.reduce((sum, part) => sum + part.byteLength(), offsets.byteLength()),
    copyTo: (out, at) => columns.reduce((behind, part) => part.copyTo(out, behind), offsets.copyTo(out, at)),
  };
}

function fillUint64(out: Uint8Array, at: number, rows: number, value: bigint): void {
  const pattern = Buffer.alloc(8);
  pattern.writeBigUInt64LE(value);
  fillPattern(out, at, rows, pattern);
}

function fillPattern(out: Uint8Array, at: number, rows: number, pattern: Buffer): void {
  if (rows > 0) Buffer.from(out.buffer, out.byteOffset, out.byteLength).fill(pattern, at, at + rows * pattern.length);
}
