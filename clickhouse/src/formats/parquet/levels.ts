import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { unpackLz4 } from './lz4.ts';
import type { LeafPages } from './footer.ts';
import { dataPage, dataPageV2, pagesIn, sizeOf, type Page } from './pages.ts';
import { readAt } from './read-at.ts';
import { unpackSnappy } from './snappy.ts';

const rleEncoding = 3;

/** A leaf, and what its levels mean. */
export interface Leaf {
  readonly definition_max: number;
  readonly repetition_max: number;
  /** One for each row group. */
  readonly pages: readonly LeafPages[];
}

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
    for (const page of pagesIn(file, pages)) {
      const levels = readLevels(file, page, { leaf, codec: pages.codec });
      if (levels !== undefined) yield levels;
    }
  }
}

interface Packing {
  readonly leaf: Leaf;
  readonly codec: number;
}

/** Undefined for a page without values of its own, such as a dictionary. */
function readLevels(file: number, page: Page, { leaf, codec }: Packing): Levels | undefined {
  const { definition_max, repetition_max } = leaf;
  const { header } = page;
  const at = page.at + page.headerBytes.length;
  const second = dataPageV2(header);
  if (second !== undefined) {
    const values = sizeOf(second.int(1));
    const repetitionBytes = sizeOf(second.int(6));
    const all = readAt(file, at, repetitionBytes + sizeOf(second.int(5)));
    return {
      repetition: unpackLevels(all.subarray(0, repetitionBytes), values, repetition_max),
      definition: unpackLevels(all.subarray(repetitionBytes), values, definition_max),
    };
  }
  const first = dataPage(header);
  if (first === undefined) return undefined;
  const values = sizeOf(first.int(1));
  if (first.int(3) !== rleEncoding || (repetition_max > 0 && first.int(4) !== rleEncoding))
    throw new RangeError('levels in an encoding that is not known');
  const content = unpack(readAt(file, at, page.bytes), sizeOf(header.int(2)), codec);
  const outer = repetition_max === 0 ? content.subarray(0, 0) : withLength(content);
  const inner = withLength(content.subarray(repetition_max === 0 ? 0 : outer.length + 4));
  return {
    repetition: unpackLevels(outer, values, repetition_max),
    definition: unpackLevels(inner, values, definition_max),
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
