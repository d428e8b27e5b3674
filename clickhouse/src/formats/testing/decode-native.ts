/** Reads Native blocks back to plain texts, one letter at a time: NULL is null, numbers are their digits, times their ticks. */
export interface DecodedBlock {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, { readonly type: string; readonly values: readonly Decoded[] }>;
}

export type Decoded = string | null | readonly string[] | readonly (readonly [string, string])[];

/** Reads blocks of the engine's Native format back into values. */
export function decodeNative(bytes: Uint8Array): DecodedBlock[] {
  const reader = new Reader(Buffer.from(bytes));
  const blocks: DecodedBlock[] = [];
  while (!reader.ended) {
    const columnCount = reader.varint();
    const rows = reader.varint();
    const columns = new Map<string, { type: string; values: readonly Decoded[] }>();
    for (let column = 0; column < columnCount; column++) {
      const name = reader.text();
      const type = reader.text();
      columns.set(name, { type, values: decodeColumn(reader, type, rows) });
    }
    blocks.push({ rows, columns });
  }
  return blocks;
}

function decodeColumn(reader: Reader, type: string, rows: number): readonly Decoded[] {
  if (type === 'Array(UInt16)') {
    return groups(reader, rows, (count) => repeat(count, () => String(reader.integer(2, false))));
  }
  if (type === 'Map(String, String)') {
    return groups(reader, rows, (count) => {
      const keys = repeat(count, () => reader.text());
      const values = repeat(count, () => reader.text());
      return keys.map((key, index) => [key, values[index] ?? ''] as const);
    });
  }
  const nullable = /^Nullable\((.*)\)$/.exec(type);
  if (nullable === null) return repeat(rows, decoder(reader, type));
  const nulls = repeat(rows, () => reader.integer(1, false) === 1n);
  const values = repeat(rows, decoder(reader, nullable[1] ?? ''));
  return values.map((value, row) => (nulls[row] === true ? null : value));
}

/** Entries of all rows, cut at the ends that stand before them. */
function groups<Entry>(reader: Reader, rows: number, read: (count: number) => Entry[]): Entry[][] {
  const ends = repeat(rows, () => Number(reader.integer(8, false)));
  const entries = read(ends.at(-1) ?? 0);
  return ends.map((end, row) => entries.slice(row === 0 ? 0 : ends[row - 1], end));
}

function decoder(reader: Reader, type: string): () => string {
  const integer = /^(U?)Int(\d+)$/.exec(type);
  if (integer !== null) return () => String(reader.integer(Number(integer[2]) / 8, integer[1] === ''));
  const decimal = /^Decimal\((\d+), (\d+)\)$/.exec(type);
  if (decimal !== null) {
    const precision = Number(decimal[1]);
    const width = precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32;
    return () => String(reader.integer(width, true));
  }
  if (type === 'String') return () => reader.text();
  if (type === 'Bool') return () => (reader.integer(1, false) === 1n ? 'true' : 'false');
  if (type === 'Float64') return () => floatText(reader.float(8));
  if (type === 'Float32') return () => floatText(reader.float(4));
  if (type === 'Date32') return () => String(reader.integer(4, true));
  if (type.startsWith('DateTime64')) return () => String(reader.integer(8, true));
  if (type.startsWith('DateTime')) return () => String(reader.integer(4, false));
  throw new Error(`no decoder for ${type}`);
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function repeat<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes.readUInt8(this.#at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }

  text(): string {
    const length = this.varint();
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }

  integer(width: number, signed: boolean): bigint {
    let value = 0n;
    for (let index = width - 1; index >= 0; index--)
      value = value * 256n + BigInt(this.#bytes.readUInt8(this.#at + index));
    this.#at += width;
    return signed ? BigInt.asIntN(width * 8, value) : value;
  }

  float(width: 4 | 8): number {
    this.#at += width;
    return width === 8 ? this.#bytes.readDoubleLE(this.#at - 8) : this.#bytes.readFloatLE(this.#at - 4);
  }
}
