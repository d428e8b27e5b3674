import { closeSync, openSync, writeSync } from 'node:fs';
import { nestedColumns, parquetFooter, type NestedColumn } from './parquet-footer.ts';
import { levelsOf, type Levels } from './parquet-levels.ts';

interface Asked {
  readonly path: string;
  readonly column: NestedColumn;
  readonly rows: number;
  /** A new file: a byte for each row, 1 where the value is null. */
  readonly to: string;
}

/** What is known of the nulls of a nested column. */
export interface Nulls {
  /** Rows whose whole value is null. */
  readonly rows: number;
  /** Lists, maps and structs inside values that are null. */
  readonly inner: number;
}

/** The nested columns of a file by their place; none of a file whose footer only the engine understands. */
export function nestedColumnsOf(path: string): ReadonlyMap<number, NestedColumn> {
  try {
    return nestedColumns(parquetFooter(path));
  } catch (cause) {
    if (isUnknown(cause)) return new Map();
    throw cause;
  }
}

/**
 * Keeps which values of a nested column are null. The engine reads them as empty, but the levels of the file tell both
 * apart. Undefined for levels packed in a way that is not known here.
 */
export function keepNullRows({ path, column, rows, to }: Asked): Nulls | undefined {
  const file = openSync(path, 'r');
  const kept = openSync(to, 'wx', 0o600);
  try {
    const nulls = { rows: 0, inner: 0 };
    let found = 0;
    for (const [number, leaf] of column.leaves.entries()) {
      const tells = number === 0 && column.optional;
      if (!tells && leaf.inner_nulls.length === 0) continue;
      for (const levels of levelsOf(file, leaf)) {
        nulls.inner += leaf.inner_nulls.reduce((sum, level) => sum + countOf(level, levels.definition), 0);
        if (!tells) continue;
        const page = nullRows(levels);
        found += page.length;
        if (found > rows) return undefined;
        nulls.rows += countOf(1, page);
        writeAll(kept, page);
      }
      if (tells && found !== rows) return undefined;
    }
    return nulls;
  } catch (cause) {
    if (isUnknown(cause)) return undefined;
    throw cause;
  } finally {
    closeSync(kept);
    closeSync(file);
  }
}

function countOf(level: number, levels: Uint8Array): number {
  let found = 0;
  for (const one of levels) if (one === level) found++;
  return found;
}

/** A byte for each row: 1 where its whole value is null. */
function nullRows({ definition, repetition }: Levels): Uint8Array {
  const rows = new Uint8Array(definition.length);
  let row = 0;
  for (let value = 0; value < definition.length; value++) {
    if (repetition[value] === 0) rows[row++] = definition[value] === 0 ? 1 : 0;
  }
  return rows.subarray(0, row);
}

/** Whether the bytes were not understood, and not the disk at fault. */
function isUnknown(cause: unknown): boolean {
  if (cause instanceof RangeError) return true;
  return cause instanceof Error && 'code' in cause && /^(?:Z_|ERR_|ZSTD_)/.test(String(cause.code));
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
