import { parseColumnType } from './column-type.ts';
import { didYouMean, nearest } from './nearest.ts';
import { zoneProblem } from './zone.ts';

const names = [
  'String',
  'JSON',
  'Bool',
  ...[8, 16, 32, 64, 128, 256].flatMap((bits) => [`Int${String(bits)}`, `UInt${String(bits)}`]),
  'Float32',
  'Float64',
  'Decimal(12, 2)',
  'Date',
  'DateTime64(3)',
];

/** What other systems call a type, in small letters, and its name here. */
const elsewhere: Readonly<Record<string, string>> = {
  int: 'Int64',
  integer: 'Int64',
  bigint: 'Int64',
  long: 'Int64',
  smallint: 'Int16',
  tinyint: 'Int8',
  uint: 'UInt64',
  float: 'Float64',
  double: 'Float64',
  real: 'Float64',
  number: 'Decimal(12, 2)',
  numeric: 'Decimal(12, 2)',
  decimal: 'Decimal(12, 2)',
  money: 'Decimal(12, 2)',
  text: 'String',
  varchar: 'String',
  char: 'String',
  fixedstring: 'String',
  uuid: 'String',
  enum: 'String',
  enum8: 'String',
  boolean: 'Bool',
  bit: 'Bool',
  datetime64: 'DateTime64(3)',
  timestamp: 'DateTime64(3)',
  timestamptz: 'DateTime64(3)',
  time: 'String',
  object: 'JSON',
  jsonb: 'JSON',
  array: 'JSON',
  list: 'JSON',
  map: 'JSON',
  tuple: 'JSON',
  struct: 'JSON',
};

/** @returns a sentence when the text names no type of a column, with the type that was most likely meant; else undefined. */
export function columnTypeProblem(text: string): string | undefined {
  const type = parseColumnType(text);
  if (type) return type.kind === 'timestamp' && type.zone !== null ? zoneProblem(type.zone) : undefined;
  const wrong = `${JSON.stringify(text)} is not a type`;
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/i.exec(text.trim())?.[1];
  if (inner !== undefined) {
    return `${wrong}: write ${inner} alone; a column may be null unless it says \`nullable: false\``;
  }
  if (/^Decimal\(\s*\d+$/i.test(text.trim())) {
    return `${wrong}: between braces a type with a comma goes in quotes, such as "Decimal(12, 2)"`;
  }
  if (/^Decimal\(/i.test(text.trim())) {
    return `${wrong}: a Decimal has 1 to 76 digits and at most as many of them behind the point, such as Decimal(12, 2)`;
  }
  const word = text.trim().replace(/\(.*$/, '');
  const known = elsewhere[word.toLowerCase()] ?? names.find((name) => name.toLowerCase() === text.trim().toLowerCase());
  if (known !== undefined) return `${wrong}, did you mean ${known}?`;
  if (nearest(text.trim(), names) !== undefined) return `${wrong}${didYouMean(text.trim(), names)}`;
  return `${wrong}; there are String, JSON, Bool, Int8 to Int256, UInt8 to UInt256, Float32, Float64, Decimal(precision, scale), Date, DateTime64(digits) and DateTime64(digits, 'zone')`;
}
