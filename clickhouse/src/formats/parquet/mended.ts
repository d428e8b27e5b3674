import { appendFileSync, closeSync, constants, copyFileSync, openSync, statSync } from 'node:fs';
import { pagesOf, type ParquetFooter } from './footer.ts';
import { isShape, logicalField } from './meaning.ts';
import { dataPage, dataPageV2, pagesIn, sizeOf, type Page } from './pages.ts';
import { leavesUnder, levelsTo, type SchemaNode } from './schema.ts';
import { readAt } from './read-at.ts';
import type { ThriftStruct } from './thrift-compact.ts';
import { edited, withFalse, withInt, withoutField, withText, type Edit } from './thrift-edit.ts';

/** Codecs by their number whose empty bytes the engine takes for damaged ones: Snappy and both of LZ4. */
const codecsWithHead: ReadonlySet<number> = new Set([1, 5, 7]);
const copiedBytes = 1024 * 1024;

/** A sound file of which the engine refuses something, and what to write otherwise. */
export interface Mending {
  /** The columns that get other names, by their place. */
  readonly names: ReadonlyMap<number, string>;
  /** Writes a copy that the engine reads: what it refuses stands again, in another way, behind all that there was. */
  copy(from: string, to: string): void;
}

interface EmptyChunk {
  readonly chunk: ThriftStruct;
  readonly pages: readonly Page[];
}

/**
 * What has to be written otherwise: shapes (GEOMETRY, GEOGRAPHY) as bytes, a column `a.b` beside a field b of a, which the engine takes for
 * one, a name that is no UTF-8, and pages of nulls, or of nothing, without any bytes. Undefined for most files.
 */
export function mendingOf(path: string, footer: ParquetFooter): Mending | undefined {
  const names = otherNames(footer.columns);
  const chunks = chunksWithEmptyPages(path, footer);
  const shapes = leavesUnder(footer.columns).filter(({ element }) => isShape(element));
  if (names.size + chunks.length + shapes.length === 0) return undefined;
  return {
    names,
    copy: (from, to) => {
      copyFileSync(from, to, constants.COPYFILE_FICLONE);
      const edits = shapes.flatMap(({ element }) => withoutField(element, logicalField));
      for (const [place, name] of names) {
        const column = footer.columns[place];
        if (column !== undefined) edits.push(...withText(column.element, 4, name));
      }
      for (const chunk of chunks) edits.push(...moveChunk(chunk, from, to));
      const written = edited(footer.bytes, edits);
      const tail = Buffer.alloc(4);
      tail.writeUInt32LE(written.length);
      appendFileSync(to, Buffer.concat([written, tail, Buffer.from('PAR1')]));
    },
  };
}

/** The engine asks for a field of a struct by its path, which a column may be called, and for a name by text, which one in other bytes than UTF-8 is not. */
function otherNames(columns: readonly SchemaNode[]): ReadonlyMap<number, string> {
  const groups = columns.filter(({ children }) => children.length > 0);
  const taken = new Set(columns.map(({ name }) => name));
  const names = new Map<number, string>();
  for (const [place, { name }] of columns.entries()) {
    if (!name.includes('\ufffd') && !groups.some((group) => name.startsWith(`${group.name}.`))) continue;
    let other = `column ${place}`;
    while (taken.has(other)) other += ' ';
    taken.add(other);
    names.set(place, other);
  }
  return names;
}

function chunksWithEmptyPages(path: string, { struct, columns }: ParquetFooter): readonly EmptyChunk[] {
  const optional = leavesUnder(columns).filter((leaf) => levelsTo(leaf).definition > 0);
  const found: EmptyChunk[] = [];
  const file = openSync(path, 'r');
  try {
    for (const group of struct.structs(4)) {
      const chunks = group.structs(1);
      for (const node of optional) {
        const chunk = chunks[node.leaf];
        if (chunk === undefined || !mayHaveEmptyPages(chunk, node)) continue;
        const pages = pagesWhereEmpty(file, chunk);
        if (pages.length > 0) found.push({ chunk, pages });
      }
    }
    return found;
  } finally {
    closeSync(file);
  }
}

/** As far as the footer tells. */
function mayHaveEmptyPages(chunk: ThriftStruct, leaf: SchemaNode): boolean {
  const about = chunk.struct(3);
  // Some writers end a page between the rows of a list, and then have nothing for the next one.
  if (levelsTo(leaf).repetition > 0) return true;
  if (about === undefined || !codecsWithHead.has(about.int(4) ?? 0)) return false;
  return about.struct(12)?.int(3) !== 0;
}

/** The pages of a chunk that have values, when there is something else in it, or one of them is empty. */
function pagesWhereEmpty(file: number, chunk: ThriftStruct): readonly Page[] {
  const pages: Page[] = [];
  try {
    const place = pagesOf(chunk);
    let end = place.from;
    for (const page of pagesIn(file, place)) {
      pages.push(page);
      end = page.at + page.headerBytes.length + page.bytes;
    }
    const isWhole = end === place.from + place.bytes && !pages.some(isValueless);
    return isWhole && !pages.some(isEmpty) ? [] : pages.filter((page) => !isValueless(page));
  } catch (cause) {
    // What is damaged is the engine's to refuse.
    if (cause instanceof RangeError) return [];
    throw cause;
  }
}

/** A page of nulls, of which the engine wants bytes that it does not need. */
function isEmpty({ header, bytes }: Page): boolean {
  const about = dataPageV2(header);
  return about !== undefined && about.bool(7) !== false && bytes === sizeOf(about.int(5)) + sizeOf(about.int(6));
}

/** A page that holds no place of any row, not even of a null. */
function isValueless({ header }: Page): boolean {
  return (dataPageV2(header) ?? dataPage(header))?.int(1) === 0;
}

/** Writes the chunk anew at the end, its empty pages as ones that are not packed. */
function moveChunk({ chunk, pages }: EmptyChunk, from: string, to: string): Edit[] {
  const about = chunk.struct(3);
  if (about === undefined) return [];
  const start = statSync(to).size;
  const source = openSync(from, 'r');
  let bytes = 0;
  let first: number | undefined;
  try {
    for (const page of pages) {
      const second = dataPageV2(page.header);
      if ((second ?? dataPage(page.header)) !== undefined) first ??= start + bytes;
      const header =
        second !== undefined && isEmpty(page) ? edited(page.headerBytes, withFalse(second, 7)) : page.headerBytes;
      appendFileSync(to, header);
      const behind = page.at + page.headerBytes.length;
      for (let at = 0; at < page.bytes; at += copiedBytes)
        appendFileSync(to, readAt(source, behind + at, Math.min(copiedBytes, page.bytes - at)));
      bytes += header.length + page.bytes;
    }
  } finally {
    closeSync(source);
  }
  const data = first ?? start;
  return [
    ...withInt(about, 7, bytes),
    ...withInt(about, 9, data),
    ...(data === start ? [] : withInt(about, 11, start)),
  ];
}
