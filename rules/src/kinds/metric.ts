import { z } from 'zod';
import { count, type Aggregate } from '../aggregate.ts';
import type { ColumnType } from '../column-type.ts';
import { present, stored, type Column } from '../column.ts';
import { defineRule } from '../define.ts';
import { parseInstant } from '../instant.ts';
import { countOf } from '../measurement.ts';
import { quoteName } from '../name.ts';
import { RuleProblem } from '../problem.ts';
import { formatCounted, parseQuantity, quantity, type Quantity } from '../quantity.ts';
import { float, sql, type Sql } from '../sql.ts';
import { formatValue } from '../threshold.ts';

const metricName = z.enum(['min', 'max', 'mean', 'sum', 'stddev', 'variance', 'median', 'quantile']);

export const metric = defineRule({
  title: 'Metric of a column',
  help: 'A number over all values of a column, compared with a threshold such as `fail: { value: "not between 10 and 20" }`. min, max, sum and mean of integers and decimals are exact; stddev and variance divide by n − 1; quantiles interpolate between neighbours (as numpy does) in 64-bit floats. NULLs are left out, and so are floats that are not finite.',
  config: z
    .strictObject({
      column: z.string().meta({ title: 'Column' }),
      metric: metricName.meta({ title: 'Metric' }),
      level: z.number().min(0).max(1).optional().meta({ title: 'Level of the quantile, 0 to 1' }),
    })
    .refine((given) => given.metric !== 'quantile' || given.level !== undefined, {
      path: ['metric'],
      message: 'a quantile needs its `level`, such as `level: 0.95`',
    })
    .refine((given) => given.metric === 'quantile' || given.level === undefined, {
      path: ['level'],
      message: '`level` belongs to `metric: quantile`: leave it out, or ask for the quantile',
    }),
  scope: 'rows',
  counts: 'values',
  judges: ['value'],
  min_rows: 1,
  columns: (config) => [config.column],
  unit: (config, scope) => (isTime(config.metric, scope.column('column', config.column)) ? 'time' : 'number'),
  measure: (config, scope) => {
    const order = config.metric === 'min' || config.metric === 'max';
    const column = scope.column('column', config.column, order ? ['number', 'date', 'time'] : ['number']);
    if (order && column.masked) {
      throw new RuleProblem(
        ['column'],
        `column ${quoteName(column.name)} is masked: its smallest and largest value are not shown`,
      );
    }
    const value = stored(column);
    const used =
      column.type.kind === 'float'
        ? sql`(isNotNull(${value}) AND isFinite(${present(column)}))`
        : sql`isNotNull(${value})`;
    return { aggregates: { checked: count(used), ...measured(config, column, used) } };
  },
  evaluate: (config, values) => {
    const checked = countOf(values, 'checked');
    if (checked === 0n)
      return { kind: 'empty', checked, reason: `${quoteName(config.column)} has no values to measure` };
    const value = read(values);
    if (value === undefined) {
      return {
        kind: 'empty',
        checked,
        reason: `the ${described(config)} needs more than ${formatCounted(checked, 'values')}`,
      };
    }
    return { kind: 'valued', checked, value, details: { unit: values['time'] === undefined ? 'number' : 'time' } };
  },
  finding: (config, measurement) => {
    const value = measurement.kind === 'valued' ? measurement.value : quantity(0n);
    const unit = measurement.details['unit'] === 'time' ? 'time' : 'number';
    return `the ${described(config)} of ${quoteName(config.column)} is ${formatValue(value, unit)} over ${formatCounted(measurement.checked, 'values')}`;
  },
  examples: [
    {
      name: 'passes on an exact mean of decimals, NULLs left out',
      columns: { amount: 'Decimal(12,2)' },
      rows: [{ amount: '10.00' }, { amount: '20.01' }, { amount: null }],
      config: { column: 'amount', metric: 'mean' },
      fail: { value: 'not between 15.005 and 15.005' },
      expect: { verdict: 'pass', value: '15.005', rows_checked: '2', rows_failed: '0' },
    },
    {
      name: 'fails on a sum that would overflow 64 bits',
      columns: { n: 'Int64' },
      rows: [{ n: '9223372036854775807' }, { n: '9223372036854775807' }],
      config: { column: 'n', metric: 'sum' },
      fail: { value: '> 18446744073709551613' },
      expect: { verdict: 'fail', value: '18446744073709551614' },
    },
    {
      name: 'proves nothing when every value is NULL',
      columns: { n: 'Int64' },
      rows: [{ n: null }, {}],
      config: { column: 'n', metric: 'max' },
      fail: { value: '> 1' },
      expect: { verdict: 'no_data', rows_checked: '0', value: null },
    },
    {
      name: 'proves nothing for the deviation of a single value',
      columns: { n: 'Int64' },
      rows: [{ n: 1 }],
      config: { column: 'n', metric: 'stddev' },
      fail: { value: '> 1' },
      expect: { verdict: 'no_data', value: null },
    },
    {
      name: 'interpolates quantiles',
      columns: { n: 'Int64' },
      rows: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }],
      config: { column: 'n', metric: 'quantile', level: 0.5 },
      fail: { value: '!= 2.5' },
      expect: { verdict: 'pass', value: '2.5' },
    },
    {
      name: 'compares the newest time with a time',
      columns: { at: 'DateTime64(3)' },
      rows: [{ at: '2024-01-01 10:00:00.000' }, { at: null }],
      config: { column: 'at', metric: 'max' },
      fail: { value: '< 2024-01-02' },
      expect: { verdict: 'fail', value: '2024-01-01T10:00:00.000Z' },
    },
    {
      name: 'leaves floats out that are not finite',
      columns: { x: 'Float64' },
      rows: [{ x: 'nan' }, { x: 'inf' }, { x: 2 }],
      config: { column: 'x', metric: 'mean' },
      fail: { value: '!= 2' },
      expect: { verdict: 'pass', rows_checked: '1' },
    },
  ],
});

interface Config {
  readonly metric: z.infer<typeof metricName>;
  readonly level?: number | undefined;
}

function isTime(name: Config['metric'], column: Column): boolean {
  return (name === 'min' || name === 'max') && (column.type.kind === 'date' || column.type.kind === 'timestamp');
}

function measured(config: Config, column: Column, used: Sql): Record<string, Aggregate> {
  const { type } = column;
  const value = present(column);
  const double = sql`toFloat64(${value})`;
  switch (config.metric) {
    case 'min':
    case 'max': {
      const name = type.kind === 'date' || type.kind === 'timestamp' ? 'time' : 'value';
      return { [name]: { call: config.metric, values: [stored(column)], when: used } };
    }
    case 'sum':
      return { value: { call: 'sum', values: [widened(type, value)], when: used } };
    case 'mean':
      if (type.kind === 'float') return { value: { call: 'avg', values: [value], when: used } };
      return { sum: { call: 'sum', values: [widened(type, value)], when: used } };
    case 'stddev':
      return { value: { call: 'stddev_sample', values: [double], when: used } };
    case 'variance':
      return { value: { call: 'variance_sample', values: [double], when: used } };
    case 'median':
      return { value: { call: 'quantile', parameters: [float(0.5)], values: [double], when: used, heavy: true } };
    case 'quantile': {
      const parameters = [float(config.level ?? 0.5)];
      return { value: { call: 'quantile', parameters, values: [double], when: used, heavy: true } };
    }
  }
}

// The engine's sums wrap around without a word, so they get a type that no number of rows can fill.
function widened(type: ColumnType, value: Sql): Sql {
  if (type.kind === 'int' && type.bits === 64) return sql`toInt128(${value})`;
  if (type.kind === 'int' && type.bits === 128) return sql`toInt256(${value})`;
  if (type.kind === 'decimal' && type.precision > 18) return sql`toDecimal256(${value}, ${type.scale})`;
  if (type.kind === 'float') return sql`toFloat64(${value})`;
  return value;
}

function read(values: Readonly<Record<string, string | null>>): Quantity | undefined {
  const time = values['time'];
  if (typeof time === 'string') {
    const instant = parseInstant(time);
    return instant ? quantity(instant.nanoseconds) : undefined;
  }
  const sum = parseQuantity(values['sum'] ?? '');
  if (sum) return quantity(sum.numerator, sum.denominator * countOf(values, 'checked'));
  return parseQuantity(values['value'] ?? '');
}

function described(config: Config): string {
  const words: Record<Config['metric'], string> = {
    min: 'smallest value',
    max: 'largest value',
    mean: 'mean',
    sum: 'sum',
    stddev: 'standard deviation',
    variance: 'variance',
    median: 'median',
    quantile: `${String(config.level ?? 0.5)} quantile`,
  };
  return words[config.metric];
}
