import { closeSync, openSync, fstatSync } from 'node:fs';
import { readAt } from './read-at.ts';
import { readThrift, type ThriftStruct } from './thrift-compact.ts';

/** Where the pages of a leaf lie in one row group. */
export interface LeafPages {
  readonly from: number;
  readonly bytes: number;
  readonly values: number;
  readonly codec: number;
}

/** A leaf under a top-level column, and what its levels mean. */
export interface Leaf {
  /** Its place among all leaves of the file. */
  readonly number: number;
  readonly definition_max: number;
  readonly repetition_max: number;
  /** Levels of definition that say of a list, map or struct inside the value that it is null; each is told by one leaf. */
  readonly inner_nulls: readonly number[];
  /** One for each row group. */
  readonly pages: readonly LeafPages[];
}

export interface NestedColumn {
  readonly name: string;
  /** Whether the whole value of a row may be null: then level 0 of definition says that it is. */
  readonly optional: boolean;
  readonly leaves: readonly Leaf[];
}

const repetition = { optional: 1, repeated: 2 } as const;

/** The top-level columns that are groups, by their place. Throws RangeError when the footer cannot be understood. */
export function nestedColumns(footer: Uint8Array): ReadonlyMap<number, NestedColumn> {
  const { struct } = readThrift(footer);
  const walk = new SchemaWalk(struct.structs(2));
  const found = new Map<number, FoundColumn>();
  for (let place = 0; !walk.ended; place++) {
    const column = walk.next();
    if (column !== undefined) found.set(place, column);
  }
  const leaves = [...found.values()].flatMap((column) => column.leaves);
  for (const group of leaves.length === 0 ? [] : struct.structs(4)) {
    const chunks = group.structs(1);
    for (const leaf of leaves) {
      const chunk = chunks[leaf.number];
      if (chunk === undefined) throw new RangeError('a row group lacks a column');
      leaf.pages.push(pagesOf(chunk));
    }
  }
  return found;
}

/** A leaf whose pages are still looked for. */
interface FoundLeaf extends Leaf {
  readonly pages: LeafPages[];
}

interface FoundColumn extends NestedColumn {
  readonly leaves: readonly FoundLeaf[];
}

/** The bytes of the footer of a file. Throws RangeError when it has none. */
export function parquetFooter(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    // Behind it are its length and the mark.
    const length = Buffer.from(readAt(file, size - 8, 4)).readUInt32LE();
    return readAt(file, size - 8 - length, length);
  } finally {
    closeSync(file);
  }
}

interface Path {
  readonly definition: number;
  readonly repetition: number;
}

/** Goes through the schema, which is a tree written in the order of its names. */
class SchemaWalk {
  readonly #schema: readonly ThriftStruct[];
  #at = 1;
  #leaf = 0;
  #leaves: FoundLeaf[] = [];
  #untold: number[] = [];

  constructor(schema: readonly ThriftStruct[]) {
    this.#schema = schema;
  }

  get ended(): boolean {
    return this.#at >= this.#schema.length;
  }

  /** The next top-level column; undefined when it is no group. */
  next(): FoundColumn | undefined {
    const element = this.#schema[this.#at];
    this.#leaves = [];
    this.#untold = [];
    this.#pass({ definition: 0, repetition: 0 }, 0);
    if (element === undefined || childrenOf(element) === 0) return undefined;
    const optional = element.int(3) === repetition.optional;
    return { name: element.text(4) ?? '', optional, leaves: this.#leaves };
  }

  #pass(above: Path, depth: number): void {
    const element = this.#schema[this.#at++];
    if (element === undefined || depth > depth_max) throw new RangeError('the schema ends in the middle');
    const kind = element.int(3);
    const isRepeated = kind === repetition.repeated;
    const path = {
      definition: above.definition + (isRepeated || kind === repetition.optional ? 1 : 0),
      repetition: above.repetition + (isRepeated ? 1 : 0),
    };
    const children = childrenOf(element);
    if (children === 0) {
      this.#leaves.push({
        number: this.#leaf++,
        definition_max: path.definition,
        repetition_max: path.repetition,
        inner_nulls: this.#untold.splice(0),
        pages: [],
      });
      return;
    }
    if (depth > 0 && kind === repetition.optional) this.#untold.push(above.definition);
    for (let child = 0; child < children; child++) this.#pass(path, depth + 1);
  }
}

const depth_max = 200;

function childrenOf(element: ThriftStruct): number {
  return element.int(5) ?? 0;
}

function pagesOf(chunk: ThriftStruct): LeafPages {
  const about = chunk.struct(3);
  const first = about?.int(9);
  const bytes = about?.int(7);
  const values = about?.int(5);
  const codec = about?.int(4);
  if (first === undefined || bytes === undefined || values === undefined || codec === undefined)
    throw new RangeError('a column says not where it is');
  const dictionary = about?.int(11) ?? 0;
  // Some writers say 0 where there is no dictionary.
  return { from: dictionary > 0 && dictionary < first ? dictionary : first, bytes, values, codec };
}
