import { sql, type Sql } from './sql.ts';

/** What is known of a part of an expression: enough to refuse nonsense with a sentence and to keep numbers exact. */
export type ValueType =
  | { readonly family: 'text' | 'bool' | 'date' | 'time' | 'null' }
  | {
      readonly family: 'number';
      readonly form: 'integer' | 'decimal' | 'float';
      /** Decimal places. */
      readonly scale: number;
      /** Already in a 256-bit type, where arithmetic does not wrap around. */
      readonly wide: boolean;
    };

export interface Value {
  readonly sql: Sql;
  readonly type: ValueType;
  /** The text of a string literal, which may stand for a date or time. */
  readonly literal?: string;
}

export const integer: ValueType = { family: 'number', form: 'integer', scale: 0, wide: false };
export const floating: ValueType = { family: 'number', form: 'float', scale: 0, wide: false };
export const text: ValueType = { family: 'text' };
export const bool: ValueType = { family: 'bool' };
export const date: ValueType = { family: 'date' };
export const time: ValueType = { family: 'time' };

/** The family of a value as people say it, with its article. */
export function describeFamily(type: ValueType): string {
  const words = {
    text: 'text',
    bool: 'true or false',
    date: 'a date',
    time: 'a time',
    null: 'NULL',
    number: 'a number',
  };
  return words[type.family];
}

/** A number as the engine's double. */
export function asFloat(value: Value): Value {
  if (value.type.family === 'number' && value.type.form === 'float') return value;
  return { sql: sql`toFloat64(${value.sql})`, type: floating };
}

/** An exact number in 256 bits. */
export function asWide(value: Value, form: 'integer' | 'decimal'): Value {
  if (value.type.family !== 'number') return value;
  if (value.type.wide && value.type.form === form) return value;
  const scale = value.type.scale;
  return form === 'integer'
    ? { sql: sql`toInt256(${value.sql})`, type: { family: 'number', form, scale: 0, wide: true } }
    : { sql: sql`toDecimal256(${value.sql}, ${scale})`, type: { family: 'number', form, scale, wide: true } };
}

/**
 * Numbers in one representation in which they can be compared: doubles if any is one; as they are when none was computed,
 * since the engine compares stored numbers exactly; otherwise 256 bits.
 */
export function comparable(values: readonly Value[]): readonly Value[] {
  const types = values.map((value) => value.type);
  if (types.some((type) => type.family === 'number' && type.form === 'float')) return values.map(asFloat);
  if (!types.some((type) => type.family === 'number' && type.wide)) return values;
  const form = types.some((type) => type.family === 'number' && type.form === 'decimal') ? 'decimal' : 'integer';
  return values.map((value) => asWide(value, form));
}
