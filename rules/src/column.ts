import type { ColumnType } from './column-type.ts';
import { identifier, sql, type Sql } from './sql.ts';

/** A declared column of a source and where it lies in `data_<source_id>`. */
export interface Column {
  readonly name: string;
  /** 1-based; the engine's column is `c_<number>`. */
  readonly number: number;
  readonly type: ColumnType;
  /** Values of a masked column never leave the engine. */
  readonly masked: boolean;
}

/** The name of the column in the engine, `c_3`. */
export function encodedName(column: Column): string {
  return `c_${String(column.number)}`;
}

/** The stored value; NULL when the record had none or when its text did not fit the type. */
export function stored(column: Column): Sql {
  return identifier(encodedName(column));
}

/** The stored value where the row is known to have one: a plain type, which the engine handles about twice as fast. */
export function present(column: Column): Sql {
  return sql`assumeNotNull(${stored(column)})`;
}

/** The record had text for this column that does not fit its type. */
export function isTypeError(column: Column): Sql {
  return sql`mapContains(_assay_type_errors, ${encodedName(column)})`;
}

/** The record's key was absent (JSON only). */
export function isAbsent(column: Column): Sql {
  return sql`has(_assay_absent, ${column.number})`;
}

/** No value: null or absent. A value that does not fit its type is not missing, it is a type error. */
export function isMissing(column: Column): Sql {
  return sql`(isNull(${stored(column)}) AND NOT ${isTypeError(column)})`;
}

/** The groups of types that rules ask for. */
export type TypeFamily = 'text' | 'number' | 'bool' | 'date' | 'time';

/** What a type has in common with others, which is what kinds of rules ask for. */
export function familyOf(type: ColumnType): TypeFamily {
  switch (type.kind) {
    case 'string':
    case 'json':
      return 'text';
    case 'int':
    case 'float':
    case 'decimal':
      return 'number';
    case 'bool':
      return 'bool';
    case 'date':
      return 'date';
    case 'timestamp':
      return 'time';
  }
}
