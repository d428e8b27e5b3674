import {
  bool,
  comparable,
  date,
  describeFamily,
  floating,
  integer,
  text,
  type Value,
  type ValueType,
} from './expression-value.ts';
import { patternProblem } from './pattern.ts';
import { join, sql, type Sql } from './sql.ts';

/** A function that rules may use. `apply` returns a sentence when it cannot take what it was given. */
export interface AllowedFunction {
  /** How to write it, `substring(text, start, length)`. */
  readonly usage: string;
  readonly apply: (values: readonly Value[]) => Value | string;
}

type Family = ValueType['family'];

/** The whole list of functions that rules may use. None reads anything but its arguments, none depends on the time or the machine, none makes its input grow. */
const functions: readonly AllowedFunction[] = [
  plain('length(text)', ['text'], integer, (given) => sql`lengthUTF8(${join(given)})`),
  plain('lower(text)', ['text'], text, (given) => sql`lowerUTF8(${join(given)})`),
  plain('upper(text)', ['text'], text, (given) => sql`upperUTF8(${join(given)})`),
  plain('trim(text)', ['text'], text, (given) => sql`trimBoth(${join(given)})`),
  plain('empty(text)', ['text'], bool, (given) => sql`empty(${join(given)})`),
  plain('startsWith(text, prefix)', ['text', 'text'], bool, (given) => sql`startsWith(${join(given)})`),
  plain('endsWith(text, suffix)', ['text', 'text'], bool, (given) => sql`endsWith(${join(given)})`),
  plain('position(text, part)', ['text', 'text'], integer, (given) => sql`positionUTF8(${join(given)})`),
  plain(
    'substring(text, start, length)',
    ['text', 'number', 'number'],
    text,
    ([a, ...places]) => sql`substringUTF8(${join([a ?? sql`''`, ...places.map(small)])})`,
  ),
  plain('replace(text, from, to)', ['text', 'text', 'text'], text, (given) => sql`replaceOne(${join(given)})`),
  { usage: "match(text, 'pattern')", apply: applyMatch },
  numeric('abs(number)', (given) => sql`abs(${join(given)})`),
  numeric('floor(number)', (given) => sql`floor(${join(given)})`),
  numeric('ceil(number)', (given) => sql`ceil(${join(given)})`),
  { usage: 'round(number, places)', apply: applyRound },
  plain('sqrt(number)', ['number'], floating, (given) => sql`sqrt(toFloat64(${join(given)}))`),
  plain('isFinite(number)', ['number'], bool, (given) => sql`isFinite(toFloat64(${join(given)}))`),
  { usage: 'coalesce(value, …)', apply: (values) => alike(values, (given) => sql`coalesce(${join(given)})`) },
  { usage: 'least(value, …)', apply: (values) => alike(values, (given) => sql`least(${join(given)})`) },
  { usage: 'greatest(value, …)', apply: (values) => alike(values, (given) => sql`greatest(${join(given)})`) },
  { usage: 'nullIf(value, other)', apply: (values) => alike(values, (given) => sql`nullIf(${join(given)})`, 2) },
  calendar('year(date)', (given) => sql`toYear(${join(given)})`),
  calendar('month(date)', (given) => sql`toMonth(${join(given)})`),
  calendar('day(date)', (given) => sql`toDayOfMonth(${join(given)})`),
  calendar('weekday(date)', (given) => sql`toDayOfWeek(${join(given)})`),
  plain('hour(time)', ['time'], integer, (given) => sql`toHour(${join(given)})`),
  plain('minute(time)', ['time'], integer, (given) => sql`toMinute(${join(given)})`),
  { usage: 'date(time)', apply: applyDate },
  between('seconds_between(from, to)', (given) => sql`dateDiff('second', ${join(given)})`),
  between('days_between(from, to)', (given) => sql`dateDiff('day', ${join(given)})`),
];

/** Them by their names in lower case: `startswith`. */
export const allowedFunctions: ReadonlyMap<string, AllowedFunction> = new Map(
  functions.map((allowed) => [allowed.usage.slice(0, allowed.usage.indexOf('(')).toLowerCase(), allowed]),
);

function plain(
  usage: string,
  families: readonly Family[],
  type: ValueType,
  render: (given: readonly Sql[]) => Sql,
): AllowedFunction {
  return {
    usage,
    apply: (values) => {
      const problem = misfit(usage, families, values);
      return problem ?? { sql: render(values.map((value) => value.sql)), type };
    },
  };
}

function numeric(usage: string, render: (given: readonly Sql[]) => Sql): AllowedFunction {
  return {
    usage,
    apply: (values) => {
      const problem = misfit(usage, ['number'], values);
      return problem ?? { sql: render(values.map((value) => value.sql)), type: values[0]?.type ?? floating };
    },
  };
}

function calendar(usage: string, render: (given: readonly Sql[]) => Sql): AllowedFunction {
  return {
    usage,
    apply: (values) => {
      const problem = misfit(usage, [values[0]?.type.family === 'time' ? 'time' : 'date'], values);
      return problem ?? { sql: render(values.map((value) => value.sql)), type: integer };
    },
  };
}

function between(usage: string, render: (given: readonly Sql[]) => Sql): AllowedFunction {
  return {
    usage,
    apply: (values) => {
      const problem = misfit(
        usage,
        values.slice(0, 2).map((value) => (value.type.family === 'time' ? 'time' : 'date')),
        values,
      );
      if (values.length !== 2) return `write ${usage}`;
      return problem ?? { sql: render(values.map((value) => value.sql)), type: integer };
    },
  };
}

function misfit(usage: string, families: readonly Family[], values: readonly Value[]): string | undefined {
  if (values.length !== families.length) return `write ${usage}`;
  const index = values.findIndex((value, at) => value.type.family !== families[at] && value.type.family !== 'null');
  const found = values[index];
  if (!found) return undefined;
  return `${usage} was given ${describeFamily(found.type)} as argument ${String(index + 1)}`;
}

function applyMatch(values: readonly Value[]): Value | string {
  const pattern = values[1]?.literal;
  if (pattern === undefined) return "write match(text, 'pattern') with the pattern in single quotes";
  const problem = misfit("match(text, 'pattern')", ['text', 'text'], values) ?? patternProblem(pattern);
  return problem ?? { sql: sql`match(${join(values.map((value) => value.sql))})`, type: bool };
}

function applyRound(values: readonly Value[]): Value | string {
  const problem = misfit('round(number, places)', ['number', 'number'], values);
  const [value, places] = values;
  if (problem !== undefined || !value || !places) return problem ?? 'write round(number, places)';
  if (!/^\d{1,2}$/.test(places.sql.text)) return 'round takes its places as a plain number, such as round(amount, 2)';
  return { sql: sql`round(${value.sql}, ${places.sql})`, type: value.type };
}

function applyDate(values: readonly Value[]): Value | string {
  const problem = misfit('date(time)', ['time'], values);
  return problem ?? { sql: sql`toDate32(${join(values.map((value) => value.sql))})`, type: date };
}

/** Values of one family, brought to one representation. */
export function alike(
  values: readonly Value[],
  render: (given: readonly Sql[]) => Sql,
  exactly?: number,
): Value | string {
  const known = values.find((value) => value.type.family !== 'null');
  if (!known || values.length < 2 || (exactly !== undefined && values.length !== exactly))
    return `give ${exactly === undefined ? 'two or more' : String(exactly)} values`;
  const other = values.find((value) => value.type.family !== 'null' && value.type.family !== known.type.family);
  if (other) return `${describeFamily(known.type)} and ${describeFamily(other.type)} do not go together`;
  const given = known.type.family === 'number' ? comparable(values) : values;
  return { sql: render(given.map((value) => value.sql)), type: widest(given) };
}

function widest(values: readonly Value[]): ValueType {
  const types = values.map((value) => value.type).filter((type) => type.family !== 'null');
  return types.reduce((widest, type) => {
    if (widest.family !== 'number' || type.family !== 'number') return widest;
    const form =
      widest.form === 'float' || type.form === 'float'
        ? 'float'
        : widest.form === 'decimal' || type.form === 'decimal'
          ? 'decimal'
          : 'integer';
    return { family: 'number', form, scale: Math.max(widest.scale, type.scale), wide: widest.wide || type.wide };
  });
}

// Positions are 64-bit in the engine; a computed number is 256-bit and no text is that long.
function small(value: Sql): Sql {
  return sql`toInt64(${value})`;
}
