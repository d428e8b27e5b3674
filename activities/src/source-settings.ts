import {
  typeOfColumn,
  type Commit,
  byteLimits,
  defaultReadLimits,
  type ByteLimits,
  type ReadLimits,
} from '@assay/clickhouse';
import { parseColumnType, parseDocument, type Column, type ColumnType, type SourceDocument } from '@assay/rules';
import type { SourceState } from '@assay/workflows';
import { columnsOfCommit } from './committed-rows.ts';

/** A column whose type somebody declared, or the first file decided. */
export interface SettledColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly timestamp_format?: string;
  readonly zone?: string;
}

/** The document of a source as stored, and its columns in force. */
export interface SourceSettings {
  readonly document: SourceDocument;
  readonly columns: readonly SettledColumn[];
  /** Names of columns in which no file had a value yet. */
  readonly open: readonly string[];
}

/** Reads a stored source. Throws when it names a type that is unknown, which means it was changed by hand. */
export function sourceSettings(state: SourceState): SourceSettings {
  const document = parseDocument({ ...parsed(state.document), source: state.source });
  const described = new Map(document.columns.map((column) => [column.name, column]));
  const columns = state.columns.flatMap(({ name, type: text }): SettledColumn[] => {
    if (text === '') return [];
    const type = parseColumnType(text);
    if (type === undefined) throw new Error(`column ${name} of source ${state.source} has the unknown type ${text}`);
    const timestamp_format = described.get(name)?.timestamp_format ?? null;
    return [
      {
        name,
        type,
        ...(timestamp_format === null ? {} : { timestamp_format }),
        ...(document.zone === null ? {} : { zone: document.zone }),
      },
    ];
  });
  const open = state.columns.filter((column) => column.type === '').map((column) => column.name);
  return { document, columns, open };
}

function parsed(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The limits of the source on bytes; what it does not set has the default. */
export function byteLimitsOf({ limits }: SourceDocument): ByteLimits {
  const { bytes_in_max, bytes_out_max, ratio_max } = limits;
  return byteLimits.parse({
    ...(bytes_in_max === null ? {} : { bytes_in_max }),
    ...(bytes_out_max === null ? {} : { bytes_out_max }),
    ...(ratio_max === null ? {} : { ratio_max }),
  });
}

/** The limits of the source on records. */
export function readLimitsOf({ limits }: SourceDocument): ReadLimits {
  return {
    record_bytes_max: limits.record_bytes_max ?? defaultReadLimits.record_bytes_max,
    depth_max: limits.depth_max ?? defaultReadLimits.depth_max,
    columns_max: limits.columns_max ?? defaultReadLimits.columns_max,
  };
}

/** Rows a file of the source may have; a billion unless the source says otherwise. */
export function rowsMaxOf({ limits }: SourceDocument): number {
  return limits.rows_max ?? 1_000_000_000;
}

/** Names of columns whose values nobody is to see. */
export function maskedColumns(document: SourceDocument): ReadonlySet<string> {
  return new Set(document.columns.filter((column) => column.mask).map((column) => column.name));
}

/** The columns of a stored load as rules see them, masked where the source says so today. */
export function loadColumns(commit: Commit, document: SourceDocument): Column[] {
  const masked = maskedColumns(document);
  return columnsOfCommit(commit).map((column) => ({
    name: column.name,
    number: column.number,
    type: typeOfColumn(column),
    masked: masked.has(column.name),
  }));
}
