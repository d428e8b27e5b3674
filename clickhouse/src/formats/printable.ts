import { isUtf8 } from 'node:buffer';
import { firstInvalidUtf8 } from './invalid-utf8.ts';

/** The text of `bytes[start, end)`; bytes that are not valid UTF-8 are shown as `\xHH`. A character that `end` cuts is left out. */
export function printable(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stop = characterStart(buffer, start, end);
  if (isUtf8(buffer.subarray(start, stop))) return buffer.toString('utf8', start, stop);
  let text = '';
  let at = start;
  while (at < stop) {
    const wrong = firstInvalidUtf8(buffer, at, stop);
    if (wrong < 0) return text + buffer.toString('utf8', at, stop);
    text += `${buffer.toString('utf8', at, wrong)}\\x${(buffer[wrong] ?? 0).toString(16).padStart(2, '0')}`;
    at = wrong + 1;
  }
  return text;
}

/** `end`, or the start of the character that a cut at `end` goes through. */
function characterStart(bytes: Uint8Array, start: number, end: number): number {
  if (end >= bytes.length || ((bytes[end] ?? 0) & 0xc0) !== 0x80) return end;
  let at = end - 1;
  while (at > start && end - at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return firstInvalidUtf8(bytes, at, bytes.length) === at ? end : at;
}
