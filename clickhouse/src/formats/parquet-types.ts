import type { ColumnType } from '@assay/rules';
import type { ParquetValueKind } from './define.ts';

/** What becomes of a Parquet column: the type it is declared as when nobody declared another, and how its values are written as text. */
export interface ParquetColumnKind {
  readonly type: ColumnType;
  readonly kind: ParquetValueKind;
  /** SQL that writes a value of the column `alias` as text. */
  readonly text: (alias: string) => string;
  /** Whether the text may hold bytes that are no UTF-8. */
  readonly bytes: boolean;
}

export interface ParquetTypeFacts {
  /** The engine's type, such as `Nullable(DateTime64(6, 'UTC'))`. */
  readonly engine_type: string;
  /** Whether the file says that its timestamps are local times of no zone. */
  readonly local_time: boolean;
}

const plain = (alias: string): string => `toString(${alias})`;
const string: ColumnType = { kind: 'string' };

/** How a column of the engine's type is kept. Types that Assay has no column for are kept as the text the engine writes. */
export function parquetColumnKind({ engine_type, local_time }: ParquetTypeFacts): ParquetColumnKind {
  const name = bare(engine_type);
  const integer = /^(U?)Int(8|16|32|64|128|256)$/.exec(name);
  if (integer !== null) {
    return {
      type: { kind: 'int', bits: bitsOf(integer[2]), signed: integer[1] === '' },
      kind: 'number',
      text: plain,
      bytes: false,
    };
  }
  const decimal = /^Decimal\((\d+), (\d+)\)$/.exec(name);
  if (decimal !== null) {
    const type = { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) } as const;
    return { type, kind: 'number', text: plain, bytes: false };
  }
  if (name === 'Float64' || name === 'Float32' || name === 'BFloat16') {
    // Digits of the Float64 of the same value: those of a Float32 would name another Float64.
    const text = (alias: string): string => `toString(toFloat64(${alias}))`;
    return { type: { kind: 'float', bits: name === 'Float64' ? 64 : 32 }, kind: 'float', text, bytes: false };
  }
  if (name === 'Bool') return { type: { kind: 'bool' }, kind: 'bool', text: plain, bytes: false };
  if (name === 'Date' || name === 'Date32') return { type: { kind: 'date' }, kind: 'text', text: plain, bytes: false };
  const time = /^DateTime(?:64\((\d)(?:, '[^']*')?\)|(?:\('[^']*'\))?)$/.exec(name);
  if (time !== null) {
    const precision = Number(time[1] ?? 0);
    return {
      type: { kind: 'timestamp', precision, zone: local_time ? null : 'UTC' },
      kind: 'text',
      text: (alias) => timestampText(alias, precision, local_time),
      bytes: false,
    };
  }
  if (name === 'String') return { type: string, kind: 'text', text: (alias) => alias, bytes: true };
  // toString would cut zero bytes off.
  if (name.startsWith('FixedString('))
    return { type: string, kind: 'text', text: (alias) => `concat(${alias}, '')`, bytes: true };
  if (/^(?:Array|Tuple|Map|Nested|JSON|Object|Variant|Dynamic)\b/.test(name)) {
    const text = (alias: string): string => `if(isNull(${alias}), NULL, toJSONString(${alias}))`;
    return { type: { kind: 'json' }, kind: 'nested', text, bytes: true };
  }
  return { type: string, kind: 'text', text: plain, bytes: false };
}

/** A count of ticks outside the years that can be written is left a number, which no timestamp column takes for a time. */
function timestampText(alias: string, precision: number, local_time: boolean): string {
  const written = `toString(toTimeZone(${alias}, 'UTC'))`;
  const text = local_time ? written : `concat(${written}, 'Z')`;
  if (precision === 0 || precision === 9) return text;
  const ticks = `reinterpret(toDateTime64(${alias}, ${precision}, 'UTC'), 'Int64')`;
  const first = -62_167_219_200 * 10 ** precision;
  const behind = 253_402_300_800 * 10 ** precision;
  return `if(${ticks} >= ${BigInt(first)} AND ${ticks} < ${BigInt(behind)}, ${text}, toString(${ticks}))`;
}

/** Without `Nullable(…)` and `LowCardinality(…)` around it. */
function bare(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\(([^]*)\)$/.exec(type.trim());
  return inner?.[1] === undefined ? type.trim() : bare(inner[1]);
}

function bitsOf(text: string | undefined): 8 | 16 | 32 | 64 | 128 | 256 {
  switch (text) {
    case '8':
      return 8;
    case '16':
      return 16;
    case '32':
      return 32;
    case '64':
      return 64;
    case '128':
      return 128;
    default:
      return 256;
  }
}
