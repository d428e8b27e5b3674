import { closeSync, openSync, fstatSync } from 'node:fs';
import { z } from 'zod';
import { schemaOf, type SchemaNode } from './schema.ts';
import { readAt } from './read-at.ts';
import { readThrift, type ThriftStruct } from './thrift-compact.ts';

/** What a file says of itself behind its pages. */
export interface ParquetFooter {
  readonly bytes: Uint8Array;
  readonly struct: ThriftStruct;
  /** The top-level columns. */
  readonly columns: readonly SchemaNode[];
  /** Columns that the file, in the way of GeoParquet, says are shapes. */
  readonly shapes: ReadonlySet<string>;
}

const geoMetadata = z.object({ columns: z.record(z.string(), z.object({ encoding: z.string() })) });

/** Where the pages of a leaf lie in one row group. */
export interface LeafPages {
  readonly from: number;
  readonly bytes: number;
  readonly values: number;
  readonly codec: number;
}

/** Reads the footer of a file. Throws RangeError when it has none that can be understood. */
export function readFooter(path: string): ParquetFooter {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    // Behind it are its length and the mark.
    const length = Buffer.from(readAt(file, size - 8, 4)).readUInt32LE();
    const bytes = readAt(file, size - 8 - length, length);
    const { struct } = readThrift(bytes);
    return { bytes, struct, columns: schemaOf(struct), shapes: shapesOf(struct) };
  } finally {
    closeSync(file);
  }
}

function shapesOf(struct: ThriftStruct): ReadonlySet<string> {
  const text = struct
    .structs(5)
    .find((entry) => entry.text(1) === 'geo')
    ?.text(2);
  const { columns } = geoMetadata.catch({ columns: {} }).parse(parsed(text));
  return new Set(Object.keys(columns).filter((name) => columns[name]?.encoding === 'WKB'));
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

/** The pages of some leaves, one of each row group. Throws RangeError when the footer does not say where they are. */
export function pagesOfLeaves(footer: ParquetFooter, leaves: readonly number[]): ReadonlyMap<number, LeafPages[]> {
  const found = new Map(leaves.map((leaf): [number, LeafPages[]] => [leaf, []]));
  for (const group of leaves.length === 0 ? [] : footer.struct.structs(4)) {
    const chunks = group.structs(1);
    for (const [leaf, pages] of found) {
      const chunk = chunks[leaf];
      if (chunk === undefined) throw new RangeError('a row group lacks a column');
      pages.push(pagesOf(chunk));
    }
  }
  return found;
}

/** Where the pages of a column chunk lie. Throws RangeError when it does not say. */
export function pagesOf(chunk: ThriftStruct): LeafPages {
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
