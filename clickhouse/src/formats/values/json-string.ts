import type { GrowableBytes } from './growable-bytes.ts';

const backslash = 0x5c;
const quote = 0x22;
const letterU = 0x75;

const shortEscapes = new Map<number, number>([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);

/** Appends the characters of a JSON string's content, known to be valid, as UTF-8. */
export function unescapeJson(bytes: Uint8Array, start: number, end: number, out: GrowableBytes): void {
  out.reserve(end - start);
  const target = out.bytes;
  let length = out.length;
  let at = start;
  while (at < end) {
    const byte = bytes[at++] ?? 0;
    if (byte !== backslash) {
      target[length++] = byte;
      continue;
    }
    const escape = bytes[at++] ?? 0;
    if (escape !== letterU) {
      target[length++] = shortEscapes.get(escape) ?? escape;
      continue;
    }
    let code = hexUnit(bytes, at);
    at += 4;
    if (code >= 0xd800 && code < 0xdc00) {
      code = 0x10000 + ((code - 0xd800) << 10) + (hexUnit(bytes, at + 2) - 0xdc00);
      at += 6;
    }
    if (code < 0x80) {
      target[length++] = code;
    } else if (code < 0x800) {
      target[length++] = 0xc0 | (code >> 6);
      target[length++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      target[length++] = 0xe0 | (code >> 12);
      target[length++] = 0x80 | ((code >> 6) & 0x3f);
      target[length++] = 0x80 | (code & 0x3f);
    } else {
      target[length++] = 0xf0 | (code >> 18);
      target[length++] = 0x80 | ((code >> 12) & 0x3f);
      target[length++] = 0x80 | ((code >> 6) & 0x3f);
      target[length++] = 0x80 | (code & 0x3f);
    }
  }
  out.length = length;
}

/** The UTF-16 unit of four hexadecimal digits, or -1. */
export function hexUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let offset = 0; offset < 4; offset++) {
    const byte = bytes[at + offset] ?? 0;
    let digit = byte - 0x30;
    if (digit < 0 || digit > 9) {
      digit = (byte | 0x20) - 0x57;
      if (digit < 10 || digit > 15) return -1;
    }
    unit = unit * 16 + digit;
  }
  return unit;
}

/** Appends field text in which each `""` stands for one quote. */
export function undoubleQuotes(bytes: Uint8Array, start: number, end: number, out: GrowableBytes): void {
  out.reserve(end - start);
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    out.bytes[out.length++] = byte;
    if (byte === quote && bytes[at + 1] === quote) at++;
  }
}

const hexDigits = '0123456789abcdef';

/** Appends valid UTF-8 as a JSON string, quotes included. */
export function quoteJson(bytes: Uint8Array, start: number, end: number, out: GrowableBytes): void {
  out.reserve((end - start) * 6 + 2);
  const target = out.bytes;
  let length = out.length;
  target[length++] = quote;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === quote || byte === backslash) {
      target[length++] = backslash;
      target[length++] = byte;
    } else if (byte < 0x20) {
      target[length++] = backslash;
      target[length++] = letterU;
      target[length++] = 0x30;
      target[length++] = 0x30;
      target[length++] = byte < 0x10 ? 0x30 : 0x31;
      target[length++] = hexDigits.charCodeAt(byte & 0xf);
    } else {
      target[length++] = byte;
    }
  }
  target[length++] = quote;
  out.length = length;
}
