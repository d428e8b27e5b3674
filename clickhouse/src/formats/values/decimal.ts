import { lexeme } from '../lexeme.ts';
import { exactDigits, powersOfTen, writeDigits } from './digits.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { WordColumn } from './fixed-width.ts';

const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;

/**
 * Exact decimals. Trailing zeros behind the point are formatting (`12.50` fits a scale of 1), any other digit that has no room is a
 * misfit, and so are exponents, `-0`, leading zeros and JSON strings.
 */
export function decimalColumn(precision: number, scale: number): ColumnEncoder {
  return new Decimals(precision, scale);
}

/** Where the digits of a decimal are, once its form is known to be strict. */
interface DecimalShape {
  /** Digits before the point, a single 0 counting as none. */
  integerDigits: number;
  /** Digits behind the point. */
  fractionDigits: number;
  /** The same without the zeros at the end. */
  usedFractionDigits: number;
}

class Decimals extends WordColumn {
  readonly #precision: number;
  readonly #scale: number;
  readonly #shape: DecimalShape = { integerDigits: 0, fractionDigits: 0, usedFractionDigits: 0 };

  constructor(precision: number, scale: number) {
    super(precision <= 9 ? 1 : precision <= 18 ? 2 : precision <= 38 ? 4 : 8);
    this.#precision = precision;
    this.#scale = scale;
  }

  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.extend(rows);
    const { words, wordsPerValue } = this;
    const nulls = this.map.bytes;
    let nullCount = 0;
    for (let row = 0; row < rows; row++) {
      const kind = kinds[from + row];
      if (kind === lexeme.number || kind === lexeme.text) {
        const start = starts[from + row] ?? 0;
        const end = ends[from + row] ?? 0;
        const at = (first + row) * wordsPerValue;
        const value = this.#short(bytes, start, end);
        if (value === value) {
          words[at] = value;
          if (wordsPerValue > 1) {
            words[at + 1] = Math.floor(value / 0x1_0000_0000);
            if (value < 0) for (let word = 2; word < wordsPerValue; word++) words[at + word] = -1;
          }
          continue;
        }
        if (this.#long(bytes, start, end, at)) continue;
        misfits.add(row);
      } else if (kind !== lexeme.absent && kind !== lexeme.null) {
        misfits.add(row);
      }
      nulls[first + row] = 1;
      nullCount++;
    }
    this.map.nulls += nullCount;
  }

  /** The unscaled number when few enough digits are written that a double holds it exactly; NaN otherwise or when the form is not strict. */
  #short(bytes: Uint8Array, start: number, end: number): number {
    const negative = bytes[start] === minus;
    let at = negative ? start + 1 : start;
    if (at >= end || end - at > exactDigits) return NaN;
    let value = (bytes[at++] ?? 0) - zero;
    if (value < 0 || value > 9) return NaN;
    if (value === 0 && at < end && bytes[at] !== point) return NaN;
    let fraction = 0;
    let behindPoint = 0;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === point && behindPoint === 0) {
        behindPoint = 1;
        continue;
      }
      const digit = byte - zero;
      if (digit < 0 || digit > 9) return NaN;
      value = value * 10 + digit;
      fraction += behindPoint;
    }
    if (behindPoint !== 0 && fraction === 0) return NaN;
    const missing = this.#scale - fraction;
    if (missing < 0 || end - start + missing > exactDigits) return NaN;
    value *= powersOfTen[missing] ?? NaN;
    if (this.#precision <= exactDigits && value >= (powersOfTen[this.#precision] ?? 0)) return NaN;
    if (!negative) return value;
    return value === 0 ? NaN : -value;
  }

  /** Writes a number of any length to `words[at]`; false when it does not fit. */
  #long(bytes: Uint8Array, start: number, end: number, at: number): boolean {
    const shape = this.#shape;
    if (!readDecimalShape(bytes, start, end, shape)) return false;
    if (shape.usedFractionDigits > this.#scale || shape.integerDigits > this.#precision - this.#scale) return false;
    const surplus = Math.max(0, shape.fractionDigits - this.#scale);
    const zeros = Math.max(0, this.#scale - shape.fractionDigits);
    return writeDigits(bytes, { start, end: end - surplus, zeros, signed: true }, this.words, {
      at,
      count: this.wordsPerValue,
    });
  }
}

/** Measures `-?(0|[1-9]digits)(.digits)?` into `shape`; false for any other form and for minus zero. */
export function readDecimalShape(bytes: Uint8Array, start: number, end: number, shape: DecimalShape): boolean {
  const negative = bytes[start] === minus;
  let at = negative ? start + 1 : start;
  const first = at;
  let nonZero = false;
  while (at < end && isDigit(bytes[at])) {
    if (bytes[at] !== zero) nonZero = true;
    at++;
  }
  if (at === first || (at - first > 1 && bytes[first] === zero)) return false;
  shape.integerDigits = bytes[first] === zero ? 0 : at - first;
  shape.fractionDigits = 0;
  shape.usedFractionDigits = 0;
  if (at < end) {
    if (bytes[at] !== point) return false;
    const behind = ++at;
    while (at < end && isDigit(bytes[at])) {
      if (bytes[at] !== zero) {
        nonZero = true;
        shape.usedFractionDigits = at - behind + 1;
      }
      at++;
    }
    if (at !== end || at === behind) return false;
    shape.fractionDigits = at - behind;
  }
  return nonZero || !negative;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
