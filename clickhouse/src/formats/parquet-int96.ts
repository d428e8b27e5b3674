import { appendFileSync, constants, copyFileSync } from 'node:fs';
import { parquetFooter } from './parquet-footer.ts';
import { readThrift, type ThriftStruct } from './thrift-compact.ts';

const int96 = 3;
// As Thrift writes them: field 1, the type FIXED_LEN_BYTE_ARRAY, and field 2, its length of 12 bytes.
const twelveBytes = Buffer.from([0x15, 0x0e, 0x15, 0x18]);
const fixedBytes = Buffer.from([0x0e]);

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** A file whose INT96 columns can be read as the bytes they are. */
export interface RawInt96 {
  readonly columns: readonly string[];
  /** Copies the file and writes a footer behind it that calls them bytes. */
  copyTo(path: string): void;
}

/**
 * The top-level INT96 columns of a file, undefined when it has none. The engine reads them as nanoseconds from 1677 to
 * 2262 and refuses a file with any other time, such as the 9999-12-31 of Spark; as bytes they can be read one by one.
 */
export function rawInt96(path: string): RawInt96 | undefined {
  const footer = parquetFooter(path);
  const { struct } = readThrift(footer);
  const places = topLevel(struct.structs(2)).filter(({ element }) => element.int(1) === int96);
  if (places.length === 0) return undefined;
  const leaves = new Set(places.map(({ leaf }) => leaf));
  const edits = places.flatMap(({ element }) => elementEdits(element, footer));
  for (const group of struct.structs(4)) {
    for (const [leaf, chunk] of group.structs(1).entries()) {
      const type = chunk.struct(3)?.places.get(1);
      if (leaves.has(leaf) && type !== undefined) edits.push({ from: type.value, to: type.end, bytes: fixedBytes });
    }
  }
  return {
    columns: places.map(({ element }) => element.text(4) ?? ''),
    copyTo: (to) => {
      copyFileSync(path, to, constants.COPYFILE_FICLONE);
      const written = edited(footer, edits);
      const tail = Buffer.alloc(4);
      tail.writeUInt32LE(written.length);
      appendFileSync(to, Buffer.concat([written, tail, Buffer.from('PAR1')]));
    },
  };
}

/** SQL that writes twelve bytes, nanoseconds of a day and its Julian number, as a time; beyond the years that can be written, as nanoseconds. */
export function int96Text(alias: string): string {
  const nanoseconds = `reinterpretAsUInt64(substring(${alias}, 1, 8))`;
  const days = `(toInt64(reinterpretAsUInt32(substring(${alias}, 9, 4))) - 2440588)`;
  const seconds = `(${days} * 86400 + toInt64(intDiv(${nanoseconds}, 1000000000)))`;
  const time = `substring(toString(reinterpret(${seconds} * 1000, 'DateTime64(3, \\'UTC\\')')), 1, 19)`;
  const written = `concat(${time}, '.', leftPad(toString(${nanoseconds} % 1000000000), 9, '0'), 'Z')`;
  const number = `toString(toInt128(${days}) * 86400000000000 + toInt128(${nanoseconds}))`;
  return `if(${seconds} >= -62167219200 AND ${seconds} < 253402300800, ${written}, ${number})`;
}

interface Place {
  readonly element: ThriftStruct;
  /** Its number among the leaves. */
  readonly leaf: number;
}

function topLevel(schema: readonly ThriftStruct[]): Place[] {
  const found: Place[] = [];
  let leaf = 0;
  let under = 0;
  for (const element of schema.slice(1)) {
    const children = element.int(5) ?? 0;
    if (under === 0 && children === 0) found.push({ element, leaf });
    under = Math.max(0, under - 1) + children;
    if (children === 0) leaf++;
  }
  return found;
}

/** Its type and length become others, and what follows is told where it stands now. */
function elementEdits({ places }: ThriftStruct, footer: Uint8Array): Edit[] {
  const type = places.get(1);
  const [next, place] = [...places].find(([field]) => field > 2) ?? [];
  if (type === undefined || next === undefined || place === undefined) throw new RangeError('a column has no name');
  const head = footer[place.head] ?? 0;
  // A head of its own number stays as it is.
  const told = head >> 4 === 0 ? head : ((next - 2) << 4) | (head & 15);
  return [
    { from: type.head, to: place.head, bytes: twelveBytes },
    { from: place.head, to: place.head + 1, bytes: Buffer.from([told]) },
  ];
}

function edited(bytes: Uint8Array, edits: readonly Edit[]): Buffer {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const edit of edits.toSorted((one, other) => one.from - other.from)) {
    pieces.push(bytes.subarray(at, edit.from), edit.bytes);
    at = edit.to;
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}
