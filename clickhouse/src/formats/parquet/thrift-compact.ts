/** The types of Thrift's compact protocol by their number. */
const kind = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
} as const;

const depth_max = 64;

/** Where a field is in the bytes that were read: its type, its head, its value, and what follows. */
export interface FieldPlace {
  readonly type: number;
  readonly head: number;
  readonly value: number;
  readonly end: number;
}

/**
 * The fields of a Thrift struct by their number; undefined where one is missing or of another type. A value is decoded when it is asked
 * for: the footer of a wide Parquet file has millions of them.
 */
export class ThriftStruct {
  readonly #bytes: Uint8Array;
  /** In the order in which they are written. */
  readonly places: ReadonlyMap<number, FieldPlace>;

  constructor(bytes: Uint8Array, places: ReadonlyMap<number, FieldPlace>) {
    this.#bytes = bytes;
    this.places = places;
  }

  /** A number of any width; exact up to 2^53. */
  int(field: number): number | undefined {
    const place = this.places.get(field);
    if (place === undefined || place.type < kind.byte || place.type > kind.i64) return undefined;
    const reader = new Reader(this.#bytes, place.value);
    return place.type === kind.byte ? reader.byte() : reader.zigzag();
  }

  /** The head of a field holds its truth value. */
  bool(field: number): boolean | undefined {
    const type = this.places.get(field)?.type;
    return type === kind.true || type === kind.false ? type === kind.true : undefined;
  }

  /** Bytes as text; those that are no UTF-8 become U+FFFD. */
  text(field: number): string | undefined {
    const reader = this.#reader(field, [kind.binary]);
    return reader === undefined ? undefined : Buffer.from(reader.take(reader.varint())).toString();
  }

  /** A struct inside. */
  struct(field: number): ThriftStruct | undefined {
    return this.#reader(field, [kind.struct])?.struct(0);
  }

  /** The structs of a list; none when it is missing or has other items. */
  structs(field: number): ThriftStruct[] {
    const reader = this.#reader(field, [kind.list, kind.set]);
    const { size, type } = reader?.listHead() ?? { size: 0, type: kind.struct };
    if (reader === undefined || type !== kind.struct) return [];
    const items: ThriftStruct[] = [];
    for (let item = 0; item < size; item++) items.push(reader.struct(0));
    return items;
  }

  #reader(field: number, types: readonly number[]): Reader | undefined {
    const place = this.places.get(field);
    return place !== undefined && types.includes(place.type) ? new Reader(this.#bytes, place.value) : undefined;
  }
}

/** Reads a struct of Thrift's compact protocol and tells where it ends. Throws RangeError when the bytes are none. */
export function readThrift(bytes: Uint8Array, from = 0): { readonly struct: ThriftStruct; readonly end: number } {
  const reader = new Reader(bytes, from);
  return { struct: reader.struct(0), end: reader.at };
}

class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.at = from;
  }

  struct(depth: number): ThriftStruct {
    const places = new Map<number, FieldPlace>();
    this.#passStruct(depth, places);
    return new ThriftStruct(this.#bytes, places);
  }

  listHead(): { readonly size: number; readonly type: number } {
    const head = this.byte();
    return { size: head >> 4 === 15 ? this.varint() : head >> 4, type: head & 15 };
  }

  byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new RangeError('Thrift ends in the middle');
    return byte;
  }

  take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.#bytes.length) throw new RangeError('Thrift ends in the middle');
    const taken = this.#bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of Thrift has no end');
  }

  /** Exact up to 2^53, which no size or offset of a file exceeds. */
  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** @param places to remember its fields in; a struct inside is decoded when it is asked for */
  #passStruct(depth: number, places?: Map<number, FieldPlace>): void {
    if (depth > depth_max) throw new RangeError('Thrift structs are nested too deep');
    let field = 0;
    for (;;) {
      const head = this.at;
      const byte = this.byte();
      if (byte === 0) return;
      field = byte >> 4 === 0 ? this.zigzag() : field + (byte >> 4);
      const type = byte & 15;
      const value = this.at;
      if (type !== kind.true && type !== kind.false) this.#pass(type, depth + 1);
      places?.set(field, { type, head, value, end: this.at });
    }
  }

  #pass(type: number, depth: number): void {
    switch (type) {
      case kind.true:
      case kind.false:
      case kind.byte:
        this.byte();
        return;
      case kind.i16:
      case kind.i32:
      case kind.i64:
        this.varint();
        return;
      case kind.double:
        this.take(8);
        return;
      case kind.binary:
        this.take(this.varint());
        return;
      case kind.list:
      case kind.set: {
        const { size, type: items } = this.listHead();
        this.#passItems(size, [items], depth);
        return;
      }
      case kind.map: {
        const size = this.varint();
        const types = size === 0 ? 0 : this.byte();
        this.#passItems(size, [types >> 4, types & 15], depth);
        return;
      }
      case kind.struct:
        this.#passStruct(depth);
        return;
      default:
        throw new RangeError(`Thrift has no type ${String(type)}`);
    }
  }

  /** Every item has a byte at least, so that a size that is no size ends with the bytes. */
  #passItems(size: number, types: readonly number[], depth: number): void {
    if (depth > depth_max) throw new RangeError('Thrift lists are nested too deep');
    for (let item = 0; item < size; item++) for (const type of types) this.#pass(type, depth + 1);
  }
}
