import { formatColumnType, type ColumnType } from './column-type.ts';
import { describeFamily, type Value, type ValueType } from './expression-value.ts';
import { sql } from './sql.ts';

/** A value as another type, NULL where it does not fit exactly: nothing is rounded, clamped or guessed. @returns a sentence when it never can. */
export function castTo(value: Value, type: ColumnType, result: ValueType): Value | string {
  const from = value.type.family;
  const name = formatColumnType(type);
  const impossible = `${describeFamily(value.type)} cannot become ${name}`;
  const { sql: given } = value;
  switch (type.kind) {
    case 'string':
    case 'json':
      return { sql: sql`toString(${given})`, type: result };
    case 'bool':
      if (from === 'bool') return value;
      return from === 'text'
        ? { sql: sql`multiIf(${given} = 'true', true, ${given} = 'false', false, NULL)`, type: result }
        : impossible;
    case 'int':
      if (from === 'bool') return { sql: sql`toInt64(${given})`, type: result };
      if (from === 'text')
        return {
          sql: sql`if(match(${given}, '^-?[0-9]{1,78}$'), accurateCastOrNull(${given}, ${name}), NULL)`,
          type: result,
        };
      if (value.type.family !== 'number') return impossible;
      if (value.type.form === 'decimal') {
        // The engine's own cast cuts decimal places off.
        return castTo({ sql: sql`toString(${given})`, type: { family: 'text' } }, type, result);
      }
      return { sql: sql`accurateCastOrNull(${given}, ${name})`, type: result };
    case 'float':
      if (from === 'text')
        return {
          sql: sql`if(match(${given}, '^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$'), accurateCastOrNull(${given}, ${name}), NULL)`,
          type: result,
        };
      return from === 'number'
        ? { sql: sql`toFloat64(${given})`, type: { family: 'number', form: 'float', scale: 0, wide: false } }
        : impossible;
    case 'decimal': {
      const whole = Math.max(1, type.precision - type.scale);
      const places = type.scale === 0 ? '' : `(\\.[0-9]{1,${String(type.scale)}})?`;
      const pattern = `^-?[0-9]{1,${String(whole)}}${places}$`;
      if (from === 'text')
        return { sql: sql`if(match(${given}, ${pattern}), accurateCastOrNull(${given}, ${name}), NULL)`, type: result };
      if (value.type.family !== 'number') return impossible;
      if (value.type.form === 'float') return 'a float has no exact decimal places: compare it as it is';
      // Through text, because the engine's own cast cuts off decimal places it has no room for.
      const digits = sql`toString(${given})`;
      return { sql: sql`if(match(${digits}, ${pattern}), accurateCastOrNull(${digits}, ${name}), NULL)`, type: result };
    }
    case 'date':
      if (from === 'date') return value;
      if (from === 'time') return { sql: sql`toDate32(${given})`, type: result };
      if (from !== 'text') return impossible;
      return {
        sql: sql`if(toString(toDate32OrNull(${given})) = ${given}, toDate32OrNull(${given}), NULL)`,
        type: result,
      };
    case 'timestamp': {
      if (from === 'time') return value;
      if (from === 'date') return { sql: sql`toDateTime64(${given}, ${type.precision}, 'UTC')`, type: result };
      if (from !== 'text') return impossible;
      const iso =
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?$';
      const exists = sql`toString(toDate32OrNull(substring(${given}, 1, 10))) = substring(${given}, 1, 10)`;
      return {
        sql: sql`if(match(${given}, ${iso}) AND ${exists}, parseDateTime64BestEffortOrNull(${given}, ${Math.max(type.precision, 3)}, 'UTC'), NULL)`,
        type: result,
      };
    }
  }
}
