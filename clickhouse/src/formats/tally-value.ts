import { lexeme } from './lexeme.ts';
import { firstDay, lastDay, readDay } from './values/calendar.ts';
import { readDecimalShape } from './values/decimal.ts';
import { isStrictInteger, writeDigits } from './values/digits.ts';
import { isExactExponent } from './values/float.ts';
import { readIsoTimestamp } from './values/iso-timestamp.ts';
import { Moment } from './values/moment.ts';
import type { ValueForm, ValueTally } from './value-tally.ts';

const shape = { integerDigits: 0, fractionDigits: 0, usedFractionDigits: 0 };
const moment = new Moment();
const words = new Int32Array(8);

/** Counts one value under the strict form it is written in. */
export function tallyValue(tally: ValueTally, bytes: Uint8Array, kind: number, start: number, end: number): void {
  tally.counts[formOf(tally, bytes, kind, start, end)]++;
}

function formOf(tally: ValueTally, bytes: Uint8Array, kind: number, start: number, end: number): ValueForm {
  switch (kind) {
    case lexeme.true:
    case lexeme.false:
      return 'bool';
    case lexeme.nested:
      return 'nested';
    case lexeme.number:
    case lexeme.float:
      return numberForm(tally, bytes, start, end) ?? 'odd_number';
    case lexeme.string:
      return timeForm(tally, bytes, start, end) ?? 'string';
    case lexeme.text:
      return textForm(tally, bytes, start, end);
    default:
      return 'string';
  }
}

function textForm(tally: ValueTally, bytes: Uint8Array, start: number, end: number): ValueForm {
  const first = bytes[start] ?? 0;
  if (first !== 0x2d && (first < 0x30 || first > 0x39)) return isBoolText(bytes, start, end) ? 'bool' : 'string';
  return timeForm(tally, bytes, start, end) ?? numberForm(tally, bytes, start, end) ?? 'string';
}

function isBoolText(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 4 && end - start !== 5) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  return text === 'true' || text === 'false';
}

function timeForm(tally: ValueTally, bytes: Uint8Array, start: number, end: number): ValueForm | undefined {
  const length = end - start;
  if (length < 10) return undefined;
  if (length === 10) {
    const day = readDay(bytes, start);
    return day >= firstDay && day <= lastDay ? 'date' : undefined;
  }
  const form = readIsoTimestamp(bytes, start, end, moment);
  if (form === undefined || moment.day <= firstDay || moment.day >= lastDay) return undefined;
  if (moment.fraction_digits > 6 && moment.day > 106_750) return undefined;
  tally.second_digits = Math.max(tally.second_digits, moment.fraction_digits);
  return form;
}

/** The form of a number; undefined for one that no strict type takes: `-0`, leading zeros, more digits than there is room for. */
function numberForm(tally: ValueTally, bytes: Uint8Array, start: number, end: number): ValueForm | undefined {
  if (isStrictInteger(bytes, start, end)) {
    const form = integerForm(bytes, start, end);
    if (form !== undefined)
      tally.integer_digits = Math.max(tally.integer_digits, end - start - (bytes[start] === 0x2d ? 1 : 0));
    return form;
  }
  if (readDecimalShape(bytes, start, end, shape)) {
    if (shape.integerDigits + shape.fractionDigits > 38) return undefined;
    tally.integer_digits = Math.max(tally.integer_digits, shape.integerDigits);
    tally.scale = Math.max(tally.scale, shape.fractionDigits);
    return 'point';
  }
  return isExactExponent(bytes, start, end) ? 'exponent' : undefined;
}

function integerForm(bytes: Uint8Array, start: number, end: number): ValueForm | undefined {
  if (end - start <= 18) return 'int64';
  if (end - start > 78) return undefined;
  const range = { start, end, zeros: 0, signed: true };
  if (writeDigits(bytes, range, words, { at: 0, count: 2 })) return 'int64';
  if (writeDigits(bytes, range, words, { at: 0, count: 4 })) return 'int128';
  return writeDigits(bytes, range, words, { at: 0, count: 8 }) ? 'int256' : undefined;
}
