/** A value of Thrift's compact protocol. Maps are passed over: nothing that is asked for here is one. */
type ThriftValue = number | boolean | Uint8Array | ThriftStruct | readonly ThriftValue[] | null;

const depth_max = 64;

/** Where a field is in the bytes that were read: its head, its value, and what follows. */
export interface FieldPlace {
  readonly head: number;
  readonly value: number;
  readonly end: number;
}

/** The fields of a Thrift struct by their number; undefined where one is missing or of another type. */
export class ThriftStruct {
  readonly #fields: ReadonlyMap<number, ThriftValue>;
  /** In the order in which they are written. */
  readonly places: ReadonlyMap<number, FieldPlace>;

  constructor(fields: ReadonlyMap<number, ThriftValue>, places: ReadonlyMap<number, FieldPlace>) {
    this.#fields = fields;
    this.places = places;
  }

  int(field: number): number | undefined {
    const value = this.#fields.get(field);
    return typeof value === 'number' ? value : undefined;
  }

  bool(field: number): boolean | undefined {
    const value = this.#fields.get(field);
    return typeof value === 'boolean' ? value : undefined;
  }

  text(field: number): string | undefined {
    const value = this.#fields.get(field);
    return value instanceof Uint8Array ? Buffer.from(value).toString() : undefined;
  }

  struct(field: number): ThriftStruct | undefined {
    const value = this.#fields.get(field);
    return value instanceof ThriftStruct ? value : undefined;
  }

  /** The structs of a list; none when it is missing. */
  structs(field: number): ThriftStruct[] {
    const value = this.#fields.get(field);
    return Array.isArray(value) ? value.filter((item) => item instanceof ThriftStruct) : [];
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
    if (depth > depth_max) throw new RangeError('Thrift structs are nested too deep');
    const fields = new Map<number, ThriftValue>();
    const places = new Map<number, FieldPlace>();
    let field = 0;
    for (;;) {
      const start = this.at;
      const head = this.#byte();
      if (head === 0) return new ThriftStruct(fields, places);
      field = head >> 4 === 0 ? this.#zigzag() : field + (head >> 4);
      const type = head & 15;
      const value = this.at;
      // The head of a field holds its truth value.
      fields.set(field, type === 1 || type === 2 ? type === 1 : this.#value(type, depth));
      places.set(field, { head: start, value, end: this.at });
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return this.#byte() === 1;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return this.#zigzag();
      case 7:
        this.#take(8);
        return null;
      case 8:
        return this.#take(this.#varint());
      case 9:
      case 10:
        return this.#list(depth + 1);
      case 11:
        return this.#passMap(depth + 1);
      case 12:
        return this.struct(depth + 1);
      default:
        throw new RangeError(`Thrift has no type ${String(type)}`);
    }
  }

  #list(depth: number): ThriftValue[] {
    if (depth > depth_max) throw new RangeError('Thrift lists are nested too deep');
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    const items: ThriftValue[] = [];
    // Every item has a byte at least, so that a size that is no size ends with the bytes.
    for (let item = 0; item < size; item++) items.push(this.#value(head & 15, depth));
    return items;
  }

  #passMap(depth: number): null {
    const size = this.#varint();
    const types = size === 0 ? 0 : this.#byte();
    for (let entry = 0; entry < size; entry++) {
      this.#value(types >> 4, depth);
      this.#value(types & 15, depth);
    }
    return null;
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new RangeError('Thrift ends in the middle');
    return byte;
  }

  #take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.#bytes.length) throw new RangeError('Thrift ends in the middle');
    const taken = this.#bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of Thrift has no end');
  }

  /** Exact up to 2^53, which no size or offset of a file exceeds. */
  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
