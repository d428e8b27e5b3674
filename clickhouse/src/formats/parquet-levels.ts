import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { unpackLz4 } from './lz4.ts';
import type { Leaf, LeafPages } from './parquet-footer.ts';
import { readAt } from './read-at.ts';
import { unpackSnappy } from './snappy.ts';
import { readThrift, type ThriftStruct } from './thrift-compact.ts';

const pageKind = { data: 0, data_v2: 3 } as const;
const rleEncoding = 3;
const headerBytes_max = 16 * 1024 * 1024;
const headerBytes_first = 4096;
const pageBytes_max = 1024 ** 3;

/** The levels of the values of a page. */
export interface Levels {
  readonly definition: Uint8Array;
  readonly repetition: Uint8Array;
}

/**
 * The levels of a leaf, page by page. Throws RangeError, or an error of node:zlib, for levels that are damaged or packed in a
 * way that is not known here.
 */
export function* levelsOf(file: number, leaf: Leaf): Generator<Levels> {
  for (const pages of leaf.pages) {
    let at = pages.from;
    for (let values = 0; values < pages.values;) {
      const { header, length } = readHeader(file, at, pages);
      const bytes = sizeOf(header.int(3));
      at += length;
      const levels = readLevels({ file, at, bytes, header, pages, leaf });
      at += bytes;
      if (levels === undefined) continue;
      values += levels.definition.length;
      yield levels;
    }
  }
}

/** The header of the page at a place; statistics in it can make it long. */
function readHeader(file: number, at: number, pages: LeafPages): { header: ThriftStruct; length: number } {
  const left = pages.from + pages.bytes - at;
  for (let size = headerBytes_first; ; size *= 16) {
    const bytes = readAt(file, at, Math.max(0, Math.min(size, left)));
    try {
      const { struct, end } = readThrift(bytes);
      return { header: struct, length: end };
    } catch (cause) {
      if (size >= headerBytes_max || size >= left) throw cause;
    }
  }
}

interface Page {
  readonly file: number;
  readonly at: number;
  readonly bytes: number;
  readonly header: ThriftStruct;
  readonly pages: LeafPages;
  readonly leaf: Leaf;
}

/** Undefined for a page without values of its own, such as a dictionary. */
function readLevels({ file, at, bytes, header, pages, leaf }: Page): Levels | undefined {
  const { definition_max, repetition_max } = leaf;
  if (header.int(1) === pageKind.data_v2) {
    const about = header.struct(8);
    const values = sizeOf(about?.int(1));
    const repetitionBytes = sizeOf(about?.int(6));
    const all = readAt(file, at, repetitionBytes + sizeOf(about?.int(5)));
    return {
      repetition: unpackLevels(all.subarray(0, repetitionBytes), values, repetition_max),
      definition: unpackLevels(all.subarray(repetitionBytes), values, definition_max),
    };
  }
  if (header.int(1) !== pageKind.data) return undefined;
  const about = header.struct(5);
  const values = sizeOf(about?.int(1));
  if (about?.int(3) !== rleEncoding || (repetition_max > 0 && about.int(4) !== rleEncoding))
    throw new RangeError('levels in an encoding that is not known');
  const content = unpack(readAt(file, at, bytes), sizeOf(header.int(2)), pages.codec);
  const first = repetition_max === 0 ? content.subarray(0, 0) : withLength(content);
  const second = withLength(content.subarray(repetition_max === 0 ? 0 : first.length + 4));
  return {
    repetition: unpackLevels(first, values, repetition_max),
    definition: unpackLevels(second, values, definition_max),
  };
}

function withLength(bytes: Uint8Array): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true);
  if (length + 4 > bytes.length) throw new RangeError('levels are longer than their page');
  return bytes.subarray(4, 4 + length);
}

/** Undoes the mixture of runs and packed bits that levels are written in. */
function unpackLevels(bytes: Uint8Array, values: number, level_max: number): Uint8Array {
  const levels = new Uint8Array(values);
  if (level_max === 0) return levels;
  if (level_max > 255) throw new RangeError('more levels than are known here');
  const width = 32 - Math.clz32(level_max);
  let at = 0;
  let filled = 0;
  while (filled < values) {
    let head = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 35) throw new RangeError('levels end in the middle');
      head += (byte & 127) * scale;
      if (byte < 128) break;
    }
    const count = Math.floor(head / 2);
    if (head % 2 === 0) {
      const end = Math.min(values, filled + count);
      const level = bytes[at++];
      if (level === undefined || count === 0) throw new RangeError('levels end in the middle');
      levels.fill(level, filled, end);
      filled = end;
      continue;
    }
    const packed = count * width;
    for (let bit = 0; bit < packed * 8 && filled < values; bit += width) {
      const place = at + (bit >> 3);
      const low = bytes[place];
      if (low === undefined) throw new RangeError('levels end in the middle');
      levels[filled++] = ((low | ((bytes[place + 1] ?? 0) << 8)) >> (bit & 7)) & ((1 << width) - 1);
    }
    if (packed === 0) throw new RangeError('levels end in the middle');
    at += packed;
  }
  return levels;
}

/** The codecs by their number in the format. */
function unpack(packed: Uint8Array, size: number, codec: number): Uint8Array {
  const limit = { maxOutputLength: Math.max(1, size) };
  switch (codec) {
    case 0:
      return packed;
    case 1:
      return unpackSnappy(packed, size);
    case 2:
      return gunzipSync(packed, limit);
    case 4:
      return brotliDecompressSync(packed, limit);
    case 6:
      return zstdDecompressSync(packed, limit);
    case 7:
      return unpackLz4(packed, size);
    default:
      throw new RangeError('a codec that is not known here');
  }
}

function sizeOf(value: number | undefined): number {
  if (value === undefined || value < 0 || value > pageBytes_max) throw new RangeError('a page has no size');
  return value;
}
