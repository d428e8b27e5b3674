import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { levelsOf, type Leaf } from './levels.ts';
import type { SchemaNode } from './schema.ts';
import { GrowableBytes } from '../values/growable-bytes.ts';

/**
 * How often each of some parts of a leaf's values is null. Throws RangeError, or an error of node:zlib, for levels that are damaged or packed
 * in a way that is not known here.
 */
export function countNulls(file: number, leaf: Leaf, parts: readonly SchemaNode[]): ReadonlyMap<SchemaNode, number> {
  const found = new Array<number>(leaf.definition_max + 1).fill(0);
  for (const { definition } of levelsOf(file, leaf)) {
    for (const level of definition) found[level] = (found[level] ?? 0) + 1;
  }
  return new Map(parts.map((part) => [part, found[part.definition] ?? 0]));
}

export interface MarksFile {
  /** A new file: per row 1 where the part is null, in as many lists as it is in, in the engine's RowBinary format. */
  readonly to: string;
  readonly bytes_max: number;
}

/**
 * Writes where a part of a leaf's values is null. Gives the bytes it took and how many rows there are; undefined, and no file, when it is
 * past the limit.
 */
export function writeMarks(
  file: number,
  { leaf, part }: { readonly leaf: Leaf; readonly part: SchemaNode },
  { to, bytes_max }: MarksFile,
): { readonly bytes: number; readonly rows: number } | undefined {
  const out = openSync(to, 'wx', 0o600);
  const marks = new RowMarks(part);
  let bytes = 0;
  let kept = false;
  try {
    for (const { definition, repetition } of levelsOf(file, leaf)) {
      for (let place = 0; place < definition.length; place++)
        marks.take(repetition[place] ?? 0, definition[place] ?? 0);
      bytes += marks.flush(out);
      if (bytes > bytes_max) return undefined;
    }
    marks.end();
    bytes += marks.flush(out);
    kept = bytes <= bytes_max;
    return kept ? { bytes, rows: marks.rows } : undefined;
  } finally {
    closeSync(out);
    if (!kept) rmSync(to);
  }
}

/** Collects the marks of one row after the other from its levels. */
class RowMarks {
  readonly #part: SchemaNode;
  /** For each list around the part, outermost first, the lengths of those that the row has. */
  readonly #lengths: number[][];
  #marks: number[] = [];
  readonly #written = new GrowableBytes();
  #begun = false;
  rows = 0;

  constructor(part: SchemaNode) {
    this.#part = part;
    this.#lengths = part.lists.map(() => []);
  }

  /** The levels of the next value. */
  take(repetition: number, definition: number): void {
    const { lists } = this.#part;
    if (repetition === 0) {
      this.end();
      this.#begun = true;
      this.rows++;
      this.#lengths[0]?.push(0);
    } else if (repetition > lists.length) return;
    for (let depth = Math.max(1, repetition); depth <= lists.length; depth++) {
      if (definition < (lists[depth - 1] ?? 0)) return;
      const lengths = this.#lengths[depth - 1];
      const last = (lengths?.length ?? 0) - 1;
      // A value that goes on before a row began.
      if (lengths === undefined || last < 0) throw new RangeError('levels begin in the middle');
      lengths[last] = (lengths[last] ?? 0) + 1;
      this.#lengths[depth]?.push(0);
    }
    this.#marks.push(definition === this.#part.definition ? 1 : 0);
  }

  /** The row is whole. */
  end(): void {
    if (!this.#begun) return;
    const at = this.#lengths.map(() => 0);
    let mark = 0;
    const write = (depth: number): void => {
      const lengths = this.#lengths[depth];
      if (lengths === undefined) {
        this.#written.byte(this.#marks[mark++] ?? 0);
        return;
      }
      const length = lengths[at[depth] ?? 0] ?? 0;
      at[depth] = (at[depth] ?? 0) + 1;
      this.#written.varint(length);
      for (let item = 0; item < length; item++) write(depth + 1);
    };
    write(0);
    for (const lengths of this.#lengths) lengths.length = 0;
    this.#marks.length = 0;
    this.#begun = false;
  }

  /** Writes what is whole, and says how many bytes that was. */
  flush(file: number): number {
    const { bytes, length } = this.#written;
    for (let at = 0; at < length;) at += writeSync(file, bytes, at, length - at);
    this.#written.clear();
    return length;
  }
}
