import { parseColumnType, type ColumnType } from '@assay/rules';
import type { ParquetValueKind } from '../define.ts';
import type { LeafMeaning } from './meaning.ts';
import { dateText, int96Text, timeOfDayText, timestampText } from './time-text.ts';

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
  /** What the file says of the values besides. */
  readonly meaning: LeafMeaning | null;
}

const plain = (alias: string): string => `toString(${alias})`;

/** How a column of the engine's type is kept. Types that Assay has no column for are kept as the text the engine writes. */
export function parquetColumnKind({ engine_type, meaning }: ParquetTypeFacts): ParquetColumnKind {
  const name = bare(engine_type);
  const time = /^DateTime(?:64\((\d)(?:, '[^']*')?\)|(?:\('[^']*'\))?)$/.exec(name);
  const precision = Number(time?.[1] ?? 0);
  switch (meaning) {
    case 'int96':
      return { ...text(int96Text), type: { kind: 'timestamp', precision: 9, zone: 'UTC' } };
    case 'date':
      return { ...text(dateText), type: { kind: 'date' } };
    case 'time':
      return text((alias) => timeOfDayText(alias, precision));
    case 'wkb':
      return text((alias) => `lower(hex(${alias}))`);
    case 'local_timestamp':
    case null:
  }
  const known = parseColumnType(name);
  if (known?.kind === 'int' || known?.kind === 'decimal') {
    return { type: known, kind: 'number', text: plain, bytes: false };
  }
  if (name === 'Float64' || name === 'Float32' || name === 'BFloat16') {
    // Digits of the Float64 of the same value: those of a Float32 would name another Float64.
    const digits = (alias: string): string => `toString(toFloat64(${alias}))`;
    return { type: { kind: 'float', bits: name === 'Float64' ? 64 : 32 }, kind: 'float', text: digits, bytes: false };
  }
  if (name === 'Bool') return { type: { kind: 'bool' }, kind: 'bool', text: plain, bytes: false };
  if (name === 'Date' || name === 'Date32') return { ...text(plain), type: { kind: 'date' } };
  if (time !== null) {
    const local = meaning === 'local_timestamp';
    return {
      ...text((alias) => timestampText(alias, precision, local)),
      type: { kind: 'timestamp', precision, zone: local ? null : 'UTC' },
    };
  }
  if (name === 'String') return { ...text((alias) => alias), bytes: true };
  // toString would cut zero bytes off.
  if (name.startsWith('FixedString(')) return { ...text((alias) => `concat(${alias}, '')`), bytes: true };
  if (/^(?:Array|Tuple|Map|Nested|JSON|Object|Variant|Dynamic)\b/.test(name)) {
    return { type: { kind: 'json' }, kind: 'nested', text: (alias) => `toJSONString(${alias})`, bytes: true };
  }
  return text(plain);
}

/** The type to ask the engine for instead of its own, which has fewer days or times than the file can have. */
export function askedType({ engine_type, meaning }: ParquetTypeFacts): string {
  if (meaning === 'int96') return engine_type.replace(/DateTime64\([^)]*\)/, 'FixedString(12)');
  return meaning === 'date' ? engine_type.replace('Date32', 'Int32') : engine_type;
}

function text(written: (alias: string) => string): ParquetColumnKind {
  return { type: { kind: 'string' }, kind: 'text', text: written, bytes: false };
}

/** Without `Nullable(…)` and `LowCardinality(…)` around it. */
function bare(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\(([^]*)\)$/.exec(type.trim());
  return inner?.[1] === undefined ? type.trim() : bare(inner[1]);
}
