/**
 * What a column holds, as people declare it (`Int64`, `Decimal(12,2)`, `DateTime64(3)`) and as the engine stores it.
 * `JSON` keeps a value's JSON text exactly as written; `String` keeps a string's decoded characters.
 */
export type ColumnType =
  | { readonly kind: 'string' }
  | { readonly kind: 'json' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'int'; readonly bits: IntegerBits; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'date' }
  | { readonly kind: 'timestamp'; readonly precision: number; readonly zone: string | null };

export type IntegerBits = 8 | 16 | 32 | 64 | 128 | 256;

const integerPattern = /^(U?)Int(8|16|32|64|128|256)$/;
const floatPattern = /^Float(32|64)$/;
const decimalPattern = /^Decimal\( ?(\d{1,2}) ?, ?(\d{1,2}) ?\)$/;
const timestampPattern =
  /^DateTime(?:64\( ?(\d) ?(?:, ?'([A-Za-z0-9_+\-/]{1,64})' ?)?\)|(?:\( ?'([A-Za-z0-9_+\-/]{1,64})' ?\))?)$/;

/**
 * Reads a type as people write it.
 * @returns the type, or undefined when the text names none that Assay knows.
 */
export function parseColumnType(text: string): ColumnType | undefined {
  const name = text.trim();
  if (name === 'String') return { kind: 'string' };
  if (name === 'JSON') return { kind: 'json' };
  if (name === 'Bool') return { kind: 'bool' };
  if (name === 'Date' || name === 'Date32') return { kind: 'date' };

  const integer = integerPattern.exec(name);
  if (integer) return { kind: 'int', bits: integerBits(integer[2]), signed: integer[1] === '' };

  const float = floatPattern.exec(name);
  if (float) return { kind: 'float', bits: float[1] === '32' ? 32 : 64 };

  const decimal = decimalPattern.exec(name);
  if (decimal) {
    const precision = Number(decimal[1]);
    const scale = Number(decimal[2]);
    return precision >= 1 && precision <= 76 && scale <= precision ? { kind: 'decimal', precision, scale } : undefined;
  }

  const timestamp = timestampPattern.exec(name);
  if (timestamp)
    return { kind: 'timestamp', precision: Number(timestamp[1] ?? 0), zone: timestamp[2] ?? timestamp[3] ?? null };
  return undefined;
}

/** The text `parseColumnType` reads back to the same type. */
export function formatColumnType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'String';
    case 'json':
      return 'JSON';
    case 'bool':
      return 'Bool';
    case 'int':
      return `${type.signed ? '' : 'U'}Int${String(type.bits)}`;
    case 'float':
      return `Float${String(type.bits)}`;
    case 'decimal':
      return `Decimal(${String(type.precision)}, ${String(type.scale)})`;
    case 'date':
      return 'Date';
    case 'timestamp':
      return type.zone === null
        ? `DateTime64(${String(type.precision)})`
        : `DateTime64(${String(type.precision)}, '${type.zone}')`;
  }
}

/** The engine's type of the column in `data_<source_id>`: always Nullable, times always stored in UTC. */
export function storageType(type: ColumnType): string {
  switch (type.kind) {
    case 'json':
      return 'Nullable(String)';
    case 'date':
      return 'Nullable(Date32)';
    case 'timestamp':
      return `Nullable(DateTime64(${String(type.precision)}, 'UTC'))`;
    default:
      return `Nullable(${formatColumnType(type)})`;
  }
}

function integerBits(text: string | undefined): IntegerBits {
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
