import type { Rejection } from '../define.ts';

/** A record of a CSV file that is no row: where it is, its raw range in the chunk, and what the reason needs. */
export interface RejectedRecord {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** The reject for a record with too few or too many fields. */
export function fieldCountReject(record: RejectedRecord, found: number, expected: number): Rejection {
  const fields = (count: number) => `${count} ${count === 1 ? 'field' : 'fields'}`;
  return {
    ...record,
    reason_code: 'field_count',
    reason: `The record has ${fields(found)} where the file has ${fields(expected)}.`,
  };
}

/** `byte_offset` is the quote's offset in the file. */
export function strayQuoteReject(record: RejectedRecord, byte_offset: number): Rejection {
  return {
    ...record,
    reason_code: 'stray_quote',
    reason: `The quote at byte offset ${byte_offset} of the file makes no sense: inside a quoted field a quote is written twice.`,
  };
}

/** The reject for a line with a quote that never ends. */
export function unterminatedQuoteReject(record: RejectedRecord): Rejection {
  return {
    ...record,
    reason_code: 'unterminated_quote',
    reason: 'A quote is opened in this line and has no matching end. Reading went on at the next line.',
  };
}

/** The reject for a record past the limit. */
export function tooLongReject(record: RejectedRecord, raw_bytes: number, record_bytes_max: number): Rejection {
  return {
    ...record,
    reason_code: 'too_long',
    reason: `The record has ${raw_bytes} bytes; the limit record_bytes_max of this source is ${record_bytes_max}.`,
    raw_bytes,
  };
}

/** `byte_offset` is the wrong byte's offset in the file. */
export function invalidUtf8Reject(record: RejectedRecord, byte: number, byte_offset: number): Rejection {
  const hex = byte.toString(16).toUpperCase().padStart(2, '0');
  return {
    ...record,
    reason_code: 'invalid_utf8',
    reason: `The record is not UTF-8: byte 0x${hex} at byte offset ${byte_offset} of the file.`,
  };
}
