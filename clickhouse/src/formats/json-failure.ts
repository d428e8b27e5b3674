import type { Rejection } from './define.ts';
import type { JsonScanner } from './json-scanner.ts';

/** Letters of a key that a sentence shows. */
const shownKey_max = 100;

/** What the scanner found wrong with the record that starts at `start`, as code and sentence. */
export function jsonFailure(scanner: JsonScanner, start: number): Pick<Rejection, 'reason_code' | 'reason'> {
  const { bytes, failedAt: at } = scanner;
  const place = `at offset ${String(at - start)} of the record`;
  switch (scanner.failure) {
    case 'ends': {
      const reason_code = at >= bytes.length ? 'truncated' : 'not_json';
      return { reason_code, reason: `Not JSON: the text ends ${place} before the object does.` };
    }
    case 'unexpected':
      return { reason_code: 'not_json', reason: `Not JSON: ${foundAt(bytes, at)} ${place} is not allowed there.` };
    case 'number':
      return { reason_code: 'not_json', reason: `Not JSON: ${foundAt(bytes, at)} ${place} makes no number.` };
    case 'escape':
      return { reason_code: 'not_json', reason: `Not JSON: ${foundAt(bytes, at)} ${place} makes no escape sequence.` };
    case 'control_character':
      return {
        reason_code: 'control_character',
        reason: `Control character ${hexByte(bytes[at] ?? 0)} ${place}: inside a string it must be escaped.`,
      };
    case 'lone_surrogate':
      return {
        reason_code: 'lone_surrogate',
        reason: `The escape ${text(bytes, at, at + 6)} ${place} is half of a surrogate pair, which is no character.`,
      };
    case 'duplicate_key': {
      const key = scanner.keyText(scanner.duplicateStart, scanner.duplicateEnd);
      const shown = key.length > shownKey_max ? `${key.slice(0, shownKey_max).toWellFormed()}…` : key;
      return {
        reason_code: 'duplicate_key',
        reason: `The key ${JSON.stringify(shown)} occurs twice in one object, the second time ${place}.`,
      };
    }
    case 'too_deep':
      return {
        reason_code: 'too_deep',
        reason: `The record is nested deeper than ${String(scanner.depth_max)} levels, the limit depth_max of this source, ${place}.`,
      };
  }
}

/** The character at a position as a sentence shows it. */
export function foundAt(bytes: Uint8Array, at: number): string {
  const byte = bytes[at] ?? 0;
  if (byte < 0x20 || byte === 0x7f) return `byte ${hexByte(byte)}`;
  const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  return JSON.stringify(text(bytes, at, at + length));
}

/** A byte as people write it, such as `0x0a`. */
export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    'utf8',
    start,
    Math.min(end, bytes.length),
  );
}
