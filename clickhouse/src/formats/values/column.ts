import type { PlannedColumn } from '../define.ts';
import { boolColumn } from './bool.ts';
import { dateColumn } from './date.ts';
import { decimalColumn } from './decimal.ts';
import type { ColumnEncoder } from './encoder.ts';
import { floatColumn } from './float.ts';
import { integerColumn } from './integer.ts';
import { jsonColumn, stringColumn } from './text.ts';
import { timestampColumn } from './timestamp.ts';

/**
 * The encoder of a planned column. A type that is only inferred takes no more than the values it was inferred from: floats must be
 * written with an exponent, and booleans as `true` and `false`, so that no value of a first file changes its look unnoticed.
 * @throws RangeError with a sentence when its timestamp format or zone is unknown.
 */
export function encoderFor(column: PlannedColumn): ColumnEncoder {
  const { type } = column;
  switch (type.kind) {
    case 'string':
      return stringColumn();
    case 'json':
      return jsonColumn();
    case 'bool':
      return boolColumn(column.inferred === true ? 'lower_case' : 'any_case');
    case 'int':
      return integerColumn(type.bits, type.signed);
    case 'float':
      return floatColumn(type.bits, column.inferred === true ? 'exponent' : 'any_number');
    case 'decimal':
      return decimalColumn(type.precision, type.scale);
    case 'date':
      return dateColumn(column.timestamp_format);
    case 'timestamp':
      return timestampColumn({
        precision: type.precision,
        format: column.timestamp_format,
        zone: column.zone ?? type.zone ?? 'UTC',
      });
  }
}
