import type { IntegerBits } from '@assay/rules';
import { lexeme } from '../lexeme.ts';
import { isStrictInteger, shortInteger, writeDigits } from './digits.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { WordColumn } from './fixed-width.ts';
import { NumberColumn } from './number-column.ts';

/** Whole numbers, every digit kept. `1.0`, `1e3`, `007`, `+7`, `-0` and JSON strings are no whole numbers. */
export function integerColumn(bits: IntegerBits, signed: boolean): ColumnEncoder {
  return bits >= 64 ? new WideIntegers(bits / 32, signed) : new NarrowIntegers(bits, signed);
}

class NarrowIntegers extends NumberColumn<Int8Array<ArrayBuffer> | Int16Array<ArrayBuffer> | Int32Array<ArrayBuffer>> {
  readonly #low: number;
  readonly #high: number;

  constructor(bits: number, signed: boolean) {
    super((length) =>
      bits === 8 ? new Int8Array(length) : bits === 16 ? new Int16Array(length) : new Int32Array(length),
    );
    this.#low = signed ? -(2 ** (bits - 1)) : 0;
    this.#high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  }

  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.extend(rows);
    const { values } = this;
    const nulls = this.map.bytes;
    let nullCount = 0;
    for (let row = 0; row < rows; row++) {
      const kind = kinds[from + row];
      if (kind === lexeme.number || kind === lexeme.text) {
        const value = shortInteger(bytes, starts[from + row] ?? 0, ends[from + row] ?? 0);
        if (value >= this.#low && value <= this.#high) {
          values[first + row] = value;
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

class WideIntegers extends WordColumn {
  readonly #signed: boolean;

  constructor(words: number, signed: boolean) {
    super(words);
    this.#signed = signed;
  }

  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.extend(rows);
    const { words, wordsPerValue } = this;
    const nulls = this.map.bytes;
    const signed = this.#signed;
    const isMedium = wordsPerValue === 2;
    let nullCount = 0;
    for (let row = 0; row < rows; row++) {
      const kind = kinds[from + row];
      if (kind === lexeme.number || kind === lexeme.text) {
        const start = starts[from + row] ?? 0;
        const end = ends[from + row] ?? 0;
        const at = (first + row) * wordsPerValue;
        const value = shortInteger(bytes, start, end);
        if (value >= 0) {
          words[at] = value;
          words[at + 1] = value / 0x1_0000_0000;
          continue;
        }
        if (value < 0 && signed) {
          words[at] = value;
          words[at + 1] = Math.floor(value / 0x1_0000_0000);
          for (let word = 2; word < wordsPerValue; word++) words[at + word] = -1;
          continue;
        }
        if (isStrictInteger(bytes, start, end)) {
          if (
            isMedium &&
            end - start <= mediumDigits &&
            (signed || bytes[start] !== 0x2d) &&
            writeMedium(bytes, start, end, words, at)
          )
            continue;
          if (writeDigits(bytes, { start, end, zeros: 0, signed }, words, { at, count: wordsPerValue })) continue;
          for (let word = 0; word < wordsPerValue; word++) words[at + word] = 0;
        }
        misfits.add(row);
      } else if (kind !== lexeme.absent && kind !== lexeme.null) {
        misfits.add(row);
      }
      nulls[first + row] = 1;
      nullCount++;
    }
    this.map.nulls += nullCount;
  }
}

/** Characters of a whole number up to which `writeMedium` may be asked: each of its halves is exact in a double. */
const mediumDigits = 19;
const tailDigits = 9;
const tailSize = 1_000_000_000;
const wordSize = 0x1_0000_0000;

/**
 * Writes a strict whole number of 16 to 19 characters to 64 bits: the last nine digits and those before are added up apart and put together
 * in halves of 16 bits, every step exact. False when it needs the top bit.
 */
function writeMedium(bytes: Uint8Array, start: number, end: number, words: Int32Array, at: number): boolean {
  const negative = bytes[start] === 0x2d;
  const split = end - tailDigits;
  let head = 0;
  for (let place = negative ? start + 1 : start; place < split; place++) head = head * 10 + (bytes[place] ?? 0) - 0x30;
  let tail = 0;
  for (let place = split; place < end; place++) tail = tail * 10 + (bytes[place] ?? 0) - 0x30;

  const headHigh = Math.floor(head / 65_536);
  const high = headHigh * tailSize;
  const quotient = Math.floor(high / 65_536);
  const rest = (high - quotient * 65_536) * 65_536 + (head - headHigh * 65_536) * tailSize + tail;
  const carry = Math.floor(rest / wordSize);
  const lowWord = rest - carry * wordSize;
  const highWord = quotient + carry;
  if (highWord >= 0x8000_0000) return false;
  words[at] = negative ? -lowWord : lowWord;
  words[at + 1] = negative ? ~highWord + (lowWord === 0 ? 1 : 0) : highWord;
  return true;
}
