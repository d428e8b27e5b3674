import { lexeme } from '../lexeme.ts';
import { exactDigits, isStrictInteger, powersOfTen } from './digits.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { NumberColumn } from './number-column.ts';

const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;

/** Below this a Float64 has fewer digits. */
const smallestNormal = 2 ** -1022;

/** The longest exact power of ten a quotient may use and still round once. */
const exactPower = 22;

/**
 * Binary floating point: the nearest number to what is written. Misfits are what it would turn into something else: too large (`1e400`),
 * rounded to zero (`1e-400`), and whole numbers that lose digits (9007199254740993 as Float64).
 */
export function floatColumn(bits: 32 | 64, accepts: 'any_number' | 'exponent'): ColumnEncoder {
  return new Floats(bits, accepts === 'exponent');
}

class Floats extends NumberColumn<Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>> {
  readonly #exponents: boolean;

  constructor(bits: 32 | 64, exponents: boolean) {
    super((length) => (bits === 32 ? new Float32Array(length) : new Float64Array(length)));
    this.#exponents = exponents;
  }

  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.extend(rows);
    const { values } = this;
    const nulls = this.map.bytes;
    const single = values instanceof Float32Array;
    const integersMax = single ? 2 ** 24 : 2 ** 53;
    let nullCount = 0;
    for (let row = 0; row < rows; row++) {
      const kind = kinds[from + row];
      if (kind === lexeme.float) {
        const value = readBinaryFloat(bytes, starts[from + row] ?? 0, ends[from + row] ?? 0);
        const kept = single ? Math.fround(value) : value;
        if (Object.is(kept, value)) {
          values[first + row] = kept;
          continue;
        }
        misfits.add(row);
      } else if (kind === lexeme.number || kind === lexeme.text) {
        const start = starts[from + row] ?? 0;
        const end = ends[from + row] ?? 0;
        const value = readFloat(bytes, start, end);
        const kept = single ? Math.fround(value) : value;
        if (
          kept - kept === 0 &&
          keepsMeaning(bytes, start, end, kept, integersMax) &&
          (!this.#exponents || isExactExponent(bytes, start, end))
        ) {
          values[first + row] = kept;
          continue;
        }
        misfits.add(row);
      } else if (kind !== lexeme.absent && kind !== lexeme.null) {
        misfits.add(row);
      }
      values[first + row] = 0;
      nulls[first + row] = 1;
      nullCount++;
    }
    this.map.nulls += nullCount;
  }
}

/** The value of a `float` lexeme. */
function readBinaryFloat(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  switch (text) {
    case 'nan':
    case '-nan':
      return NaN;
    case 'inf':
      return Infinity;
    case '-inf':
      return -Infinity;
    default:
      return Number(text);
  }
}

/** The double nearest to a number written by the JSON grammar; NaN for any other text. */
function readFloat(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === minus;
  let at = negative ? start + 1 : start;
  if (end - at > exactDigits) return readLongFloat(bytes, start, end);
  const first = at;
  let value = 0;
  let fraction = 0;
  let behindPoint = 0;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === point && behindPoint === 0 && at > first) {
      behindPoint = 1;
      continue;
    }
    const digit = byte - zero;
    if (digit < 0 || digit > 9) return readLongFloat(bytes, start, end);
    value = value * 10 + digit;
    fraction += behindPoint;
  }
  if (at === first || (behindPoint !== 0 && fraction === 0)) return NaN;
  if (bytes[first] === zero && first + 1 < end && bytes[first + 1] !== point) return NaN;
  // Both numbers are exact and the quotient is rounded once: that is the nearest double.
  if (fraction > 0 && fraction <= exactPower) value /= powersOfTen[fraction] ?? NaN;
  return negative ? -value : value;
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function readLongFloat(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  return jsonNumber.test(text) ? Number(text) : NaN;
}

function keepsMeaning(bytes: Uint8Array, start: number, end: number, value: number, integersMax: number): boolean {
  if (value === 0) return !hasNonZeroDigit(bytes, start, end);
  if (value > -integersMax && value < integersMax) return true;
  if (!isStrictInteger(bytes, start, end)) return true;
  return (
    BigInt(value).toString() === Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  );
}

/** Whether the digits before an exponent say more than zero. */
function hasNonZeroDigit(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > zero && byte <= 0x39) return true;
    if (byte === 0x65 || byte === 0x45) return false;
  }
  return false;
}

const exponentNumber = /^-?(0|[1-9]\d*)(?:\.(\d+))?[eE][+-]?\d{1,4}$/;

/** Whether the text has an exponent and a Float64 gives back every digit of it. */
export function isExactExponent(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 40) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const match = exponentNumber.exec(text);
  if (match === null) return false;
  const digits = `${match[1] ?? ''}${match[2] ?? ''}`.replace(/^0+/, '').replace(/0+$/, '');
  if (digits === '') return !text.startsWith('-');
  const value = Math.abs(Number(text));
  return digits.length <= exactDigits && value >= smallestNormal && value < Infinity;
}
