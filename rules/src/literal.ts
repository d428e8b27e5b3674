import { z } from 'zod';
import { formatColumnType, type ColumnType } from './column-type.ts';
import { formatInstant, parseInstant } from './instant.ts';
import { compareQuantities, formatQuantity, parseQuantity, quantity } from './quantity.ts';
import { decimal, sql, type Sql } from './sql.ts';

/** One value in a rule's config. Kept as text, so that no digit is lost; numbers and booleans may be written bare. */
export const scalar = z
  .union([z.string(), z.number(), z.boolean()])
  .superRefine((value, context) => {
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      context.addIssue({
        code: 'custom',
        message: `${String(value)} is too long to be exact as a number; write it in quotes`,
      });
    }
    if (typeof value === 'string' && !value.isWellFormed()) {
      context.addIssue({ code: 'custom', message: 'half a surrogate pair is not text' });
    }
  })
  .transform((value) => (typeof value === 'number' ? plainDigits(value) : String(value)));

/**
 * The value a text names in a column of this type, as an exact SQL literal.
 * @returns the literal, or a sentence when no value of this type has that text. Nothing is rounded or clamped.
 */
export function literalOf(type: ColumnType, text: string): Sql | string {
  const misfit = `${JSON.stringify(text)} is not a value of ${formatColumnType(type)}`;
  switch (type.kind) {
    case 'string':
    case 'json':
      return sql`${text}`;
    case 'bool':
      return text === 'true' ? sql`true` : text === 'false' ? sql`false` : `${misfit}: write true or false`;
    case 'int': {
      if (!/^-?\d{1,78}$/.test(text)) return `${misfit}: write a whole number`;
      const value = BigInt(text);
      const [low, high] = integerRange(type.bits, type.signed);
      return value < low || value > high ? `${misfit}: it goes from ${String(low)} to ${String(high)}` : sql`${value}`;
    }
    case 'float':
      if (!parseQuantity(text)) return `${misfit}: write a number`;
      if (!holds(type.bits, text)) return `${misfit}: it is too large or too close to zero for one`;
      return sql`CAST(${text}, ${formatColumnType(type)})`;
    case 'decimal': {
      const value = parseQuantity(text);
      if (!value) return `${misfit}: write a number`;
      const rounded = formatQuantity(value, type.scale);
      const exact = parseQuantity(rounded);
      if (!exact || compareQuantities(exact, value) !== 0)
        return `${misfit}: it has ${String(type.scale)} decimal places`;
      const limit = quantity(10n ** BigInt(type.precision - type.scale));
      if (
        compareQuantities(
          quantity(value.numerator < 0n ? -value.numerator : value.numerator, value.denominator),
          limit,
        ) >= 0
      ) {
        return `${misfit}: it has at most ${String(type.precision - type.scale)} digits before the point`;
      }
      return sql`CAST(${rounded}, ${formatColumnType(type)})`;
    }
    case 'date': {
      const instant = parseInstant(text);
      if (!instant?.dateOnly) return `${misfit}: write a date such as 2024-02-29`;
      return storable(text) ? sql`CAST(${text}, 'Date32')` : `${misfit}: the engine keeps dates from 1900 to 2299`;
    }
    case 'timestamp': {
      const instant = parseInstant(text);
      if (!instant) return `${misfit}: write a time such as 2024-02-29T10:00:00Z; without an offset it is UTC`;
      const precision = Math.max(type.precision, instant.precision);
      const iso = formatInstant(instant.nanoseconds, precision);
      if (!storable(iso)) return `${misfit}: the engine keeps times from 1900 to 2299`;
      return sql`CAST(${iso.slice(0, -1).replace('T', ' ')}, ${`DateTime64(${String(precision)}, 'UTC')`})`;
    }
  }
}

// What the engine would read as infinity, or as a zero that it is not.
function holds(bits: 32 | 64, text: string): boolean {
  const value = bits === 32 ? Math.fround(Number(text)) : Number(text);
  return Number.isFinite(value) && (value !== 0 || parseQuantity(text)?.numerator === 0n);
}

/** A bound to compare a column with: any number fits any numeric column, whatever its width or scale. */
export function boundOf(type: ColumnType, text: string): Sql | string {
  if (type.kind !== 'int' && type.kind !== 'decimal') return literalOf(type, text);
  const value = parseQuantity(text);
  if (!value) return `${JSON.stringify(text)} is not a number`;
  const digits = formatQuantity(value, 76);
  const exact = parseQuantity(digits);
  if (!exact || compareQuantities(exact, value) !== 0 || digits.replace(/\D/g, '').length > 76) {
    return `${JSON.stringify(text)} has more than the 76 digits that can be compared`;
  }
  return decimal(digits);
}

function integerRange(bits: number, signed: boolean): readonly [bigint, bigint] {
  return signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n];
}

// `0000-…` and years beyond the engine's range would be clamped without a word.
function storable(iso: string): boolean {
  const year = Number(iso.slice(0, 4));
  return year >= 1900 && year <= 2299;
}

function plainDigits(value: number): string {
  const exact = parseQuantity(String(value));
  return exact ? formatQuantity(exact, 330) : String(value);
}
