import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { quoteString } from '../../embedded/parameters.ts';
import type { ParquetColumn } from './columns.ts';
import { pagesOfLeaves, type ParquetFooter } from './footer.ts';
import type { NullMarks } from './json.ts';
import type { Leaf } from './levels.ts';
import { countNulls, writeMarks } from './null-marks.ts';
import { leavesUnder, levelsTo, type SchemaNode } from './schema.ts';
import { nullablesOf, type ParquetValue } from './value.ts';

interface Asked {
  readonly path: string;
  readonly footer: ParquetFooter;
  readonly columns: readonly ParquetColumn[];
  readonly rows: number;
  /** Where marks are kept, and how many bytes of them. */
  readonly folder: string;
  readonly bytes_max: number;
}

/** What is known of the null lists, maps and structs of a nested column, which the engine reads as empty. */
export interface ColumnNulls {
  /** Where they are. */
  readonly marks: NullMarks;
  /** Their tables, to be joined row by row, in the order of the file, which one thread keeps. */
  readonly joins: readonly string[];
  /** Whether the levels that tell them are packed in a way that is not known here. */
  readonly unknown: boolean;
  /** How many cannot be told from empty ones because there is no room to remember where they are. */
  readonly untold: number;
  /** How many keys of maps are null. */
  readonly keys: number;
}

/** Finds the nulls of every nested column; one entry for each column. */
export function findNulls(asked: Asked): ColumnNulls[] {
  const file = openSync(asked.path, 'r');
  try {
    const leaves = leavesOf(asked);
    let left = asked.bytes_max;
    return asked.columns.map((column, place) => {
      const name = (part: number): string => join(asked.folder, `nulls-${place}-${part}`);
      const { bytes, ...found } = nullsOfColumn(column, { file, leaves, rows: asked.rows, name, bytes_max: left });
      left -= bytes;
      return found;
    });
  } finally {
    closeSync(file);
  }
}

interface Search {
  readonly file: number;
  /** By the first leaf under them, which tells of them; undefined when the footer does not say where leaves are. */
  readonly leaves: ReadonlyMap<number, Leaf> | undefined;
  readonly rows: number;
  readonly name: (part: number) => string;
  readonly bytes_max: number;
}

function nullsOfColumn({ kept, value }: ParquetColumn, search: Search): ColumnNulls & { readonly bytes: number } {
  const none = { marks: new Map<SchemaNode, string>(), joins: [], unknown: false, untold: 0, keys: 0, bytes: 0 };
  if (kept.kind !== 'nested') return none;
  if (value === undefined) return { ...none, unknown: true };
  try {
    return nullsOfParts(value, search);
  } catch (cause) {
    if (isUnknown(cause)) return { ...none, unknown: true };
    throw cause;
  }
}

function nullsOfParts(value: ParquetValue, search: Search): ColumnNulls & { readonly bytes: number } {
  const { file, leaves, rows, name, bytes_max } = search;
  const marks = new Map<SchemaNode, string>();
  const joins: string[] = [];
  const keys = new Set(keysOf(value));
  let [untold, nullKeys, bytes] = [0, 0, 0];
  for (const [number, parts] of byLeaf(nullablesOf(value))) {
    const leaf = leaves?.get(number);
    if (leaf === undefined) throw new RangeError('a leaf is nowhere');
    for (const [part, nulls] of countNulls(file, leaf, parts)) {
      if (nulls === 0) continue;
      const to = name(marks.size);
      const written = writeMarks(file, { leaf, part }, { to, bytes_max: bytes_max - bytes });
      if (written === undefined) {
        untold += nulls;
        continue;
      }
      if (written.rows !== rows) throw new RangeError('levels are of other rows than the file has');
      if (keys.has(part)) nullKeys += nulls;
      bytes += written.bytes;
      const table = `n${String(number)}_${String(marks.size)}`;
      const type = `${'Array('.repeat(part.lists.length)}UInt8${')'.repeat(part.lists.length)}`;
      joins.push(`(SELECT m FROM file(${quoteString(to)}, RowBinary, 'm ${type}')) AS ${table}`);
      marks.set(part, `${table}.m`);
    }
  }
  return { marks, joins, unknown: false, untold, keys: nullKeys, bytes };
}

function byLeaf(parts: readonly SchemaNode[]): ReadonlyMap<number, SchemaNode[]> {
  return Map.groupBy(parts, (part) => part.leaf);
}

function keysOf(value: ParquetValue): readonly SchemaNode[] {
  switch (value.kind) {
    case 'leaf':
      return [];
    case 'list':
      return keysOf(value.item);
    case 'map':
      return [
        ...(value.nullable_key === null ? [] : [value.nullable_key]),
        ...keysOf(value.key),
        ...keysOf(value.value),
      ];
    case 'struct':
      return value.fields.flatMap((field) => keysOf(field.value));
  }
}

/** The leaves that tell of nulls. */
function leavesOf({ footer, columns }: Asked): ReadonlyMap<number, Leaf> | undefined {
  const wanted = new Set(
    columns.flatMap(({ value }) => (value === undefined ? [] : nullablesOf(value).map(({ leaf }) => leaf))),
  );
  try {
    const pages = pagesOfLeaves(footer, [...wanted]);
    const found = new Map<number, Leaf>();
    for (const node of leavesUnder(footer.columns)) {
      const own = pages.get(node.leaf);
      if (own === undefined) continue;
      const { definition, repetition } = levelsTo(node);
      found.set(node.leaf, { definition_max: definition, repetition_max: repetition, pages: own });
    }
    return found;
  } catch (cause) {
    if (isUnknown(cause)) return undefined;
    throw cause;
  }
}

/** Whether the bytes were not understood, and not the disk at fault. */
function isUnknown(cause: unknown): boolean {
  if (cause instanceof RangeError) return true;
  return cause instanceof Error && 'code' in cause && /^(?:Z_|ERR_|ZSTD_)/.test(String(cause.code));
}
