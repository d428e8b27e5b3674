import type { CsvLayout, ReadLimits } from '../define.ts';

export const quote = 0x22;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

/** A CSV layout as the byte loops need it. */
export interface CsvDialect {
  readonly delimiter: number;
  /** The byte that ends a line: LF (a CR before it belongs to the line end), or CR in a file without LF. */
  readonly lineEnd: number;
  /** In a file of one column an empty line is a record (NULL); in any other it is none. */
  readonly blankIsRecord: boolean;
  readonly recordBytesMax: number;
}

/** What the layout and the limits of a file mean to whoever goes through its bytes. */
export function csvDialect(layout: CsvLayout, limits: ReadLimits): CsvDialect {
  return {
    delimiter: layout.delimiter.charCodeAt(0),
    lineEnd: layout.line_end === 'cr' ? carriageReturn : lineFeed,
    blankIsRecord: layout.fields.length === 1,
    recordBytesMax: limits.record_bytes_max,
  };
}

/** Position of the first `byte` in `[from, end)`, or -1. */
export function nextByte(bytes: Uint8Array, byte: number, from: number, end: number): number {
  for (let at = from; at < end; at++) if (bytes[at] === byte) return at;
  return -1;
}

/** Position behind the last `byte` in `[from, end)`, or `from` when there is none. */
export function behindLast(bytes: Uint8Array, byte: number, from: number, end: number): number {
  for (let at = end - 1; at >= from; at--) if (bytes[at] === byte) return at + 1;
  return from;
}

/** Where a line's text ends when its line end is at `lineEndAt`: before the CR that belongs to an LF. */
export function textEnd(bytes: Uint8Array, start: number, lineEndAt: number): number {
  return bytes[lineEndAt] === lineFeed && lineEndAt > start && bytes[lineEndAt - 1] === carriageReturn
    ? lineEndAt - 1
    : lineEndAt;
}

/** Length of the byte-order mark a file may begin with. */
export function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
