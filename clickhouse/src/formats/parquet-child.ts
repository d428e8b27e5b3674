/**
 * The process that opens an untrusted Parquet file: run under an address-space limit, without the service's secrets,
 * and killed without harm. It tells on descriptor 3, one JSON line each, that it is ready, what the file holds, and how
 * it ended; rows go to the named pipe. A byte of its input lets it open the file, another one begin with the rows.
 */
import { readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from 'chdb';
import { z } from 'zod';
import { quoteString } from '../embedded/parameters.ts';
import { parquetColumnKind, type ParquetColumnKind } from './parquet-types.ts';
import { int96Text, rawInt96 } from './parquet-int96.ts';
import { keepNullRows, nestedColumnsOf, type Nulls } from './parquet-null-rows.ts';
import type { NestedColumn } from './parquet-footer.ts';
import { parquetRequest, type ParquetMessage } from './parquet-messages.ts';

const describedColumn = z.tuple([z.string(), z.string()]).rest(z.unknown());
const metadata = z.object({
  num_columns: z.coerce.number(),
  num_rows: z.coerce.number(),
  num_row_groups: z.coerce.number(),
  grouped_rows: z.coerce.number(),
  total_uncompressed_size: z.coerce.number(),
  columns: z.array(z.object({ path: z.string(), logical_type: z.string() })),
});

const settings = [
  'max_threads = 1',
  'input_format_parquet_preserve_order = 1',
  'input_format_parquet_enable_json_parsing = 0',
  'input_format_parquet_allow_geoparquet_parser = 0',
  'input_format_parquet_filter_push_down = 0',
  'input_format_parquet_bloom_filter_push_down = 0',
  'input_format_parquet_page_filter_push_down = 0',
  'input_format_parquet_use_offset_index = 0',
  'input_format_parquet_verify_checksums = 1',
  'schema_inference_use_cache_for_file = 0',
  'use_cache_for_count_from_files = 0',
  'optimize_count_from_files = 0',
  'enable_nullable_tuple_type = 1',
  'output_format_json_quote_64bit_integers = 0',
  'output_format_json_quote_decimals = 0',
  'output_format_json_quote_denormals = 1',
  "session_timezone = 'UTC'",
];

const earliestTexts_max = 1000;

function tell(message: ParquetMessage): void {
  writeSync(3, `${JSON.stringify(message)}\n`);
}

/** Waits for a byte; false when the other side is gone. */
function mayGoOn(): boolean {
  return readSync(0, Buffer.alloc(1)) === 1;
}

const request = parquetRequest.parse(JSON.parse(process.argv[2] ?? ''));
const session = new Session(request.engine_folder, { installSignalHandlers: false });
session.query(`SET ${[...settings, `max_memory_usage = ${request.memory_bytes_max}`].join(', ')}`);
tell({ kind: 'ready' });
if (!mayGoOn()) process.exit(0);

try {
  const about = metadata.parse(
    JSON.parse(
      session.query(
        `SELECT num_columns, num_rows, num_row_groups, arraySum(row_groups.num_rows) AS grouped_rows, total_uncompressed_size, columns
         FROM file(${quoteString(request.path)}, ParquetMetadata)`,
        'JSONEachRow',
      ),
    ),
  );
  const { num_columns, num_rows, num_row_groups, grouped_rows, total_uncompressed_size } = about;
  const counts = [num_columns, num_rows, num_row_groups, grouped_rows, total_uncompressed_size];
  if (!counts.every((count) => Number.isSafeInteger(count))) {
    throw new Error('its metadata claims impossible numbers of rows or bytes');
  }
  const refusal = refusalOf(about);
  if (refusal !== undefined) {
    tell({ kind: 'over_limit', ...refusal });
  } else if (request.earliest_of !== null) {
    const { source, columns } = open(about.columns);
    tellEarliest(columns, source, request.earliest_of);
  } else {
    const { source, columns } = open(about.columns);
    const aliases = aliasesOf(columns);
    const table = tableOf(columns, source);
    const rows = Math.max(num_rows, grouped_rows);
    const hex = countHexValues(columns, table);
    const nulls = nullsOfColumns(columns, rows);
    const unclear = countEmptyValues(columns, table, (place) => nulls[place] === undefined);
    tell({
      kind: 'inspected',
      rows,
      row_groups: num_row_groups,
      columns: columns.map(({ name, engine_type, local_time }, index) => ({
        name,
        engine_type,
        local_time,
        hex_values: hex[index] ?? 0,
        unclear_values: unclear[index] ?? 0,
        inner_nulls: nulls[index]?.inner ?? 0,
      })),
    });
    if (mayGoOn()) {
      const hasNulls = (place: number): boolean => (nulls[place]?.rows ?? 0) > 0;
      const fields = columns.map((column, index) => {
        const text = fieldText(column.kept, aliases[index] ?? '', (hex[index] ?? 0) > 0);
        return hasNulls(index) ? `if(n${index}.is_null, NULL, ${text})` : text;
      });
      const joined = columns.map((_, index) => (hasNulls(index) ? nullsOf(index) : ''));
      session.query(
        `SELECT ${fields.join(', ')} FROM ${table}${joined.join('')} INTO OUTFILE ${quoteString(request.pipe)} TRUNCATE FORMAT RowBinary`,
      );
      tell({ kind: 'done' });
    }
  }
} catch (cause) {
  tell({ kind: 'failed', message: cause instanceof Error ? cause.message : String(cause) });
}
process.exit(0);

function refusalOf(about: z.infer<typeof metadata>): { limit: string; found: number; allowed: number } | undefined {
  const rows = Math.max(about.num_rows, about.grouped_rows);
  if (rows > request.rows_max) return { limit: 'rows_max', found: rows, allowed: request.rows_max };
  if (about.num_columns > request.columns_max) {
    return { limit: 'columns_max', found: about.num_columns, allowed: request.columns_max };
  }
  if (about.total_uncompressed_size > request.bytes_out_max) {
    return { limit: 'bytes_out_max', found: about.total_uncompressed_size, allowed: request.bytes_out_max };
  }
  return undefined;
}

interface Opened {
  readonly source: string;
  readonly columns: readonly Described[];
}

/** The file, or a copy of it that the engine can read, and its columns. */
function open(leaves: readonly { path: string; logical_type: string }[]): Opened {
  const source = quoteString(request.path);
  const columns = describe(source, leaves);
  const int96 = rawInt96OfFile();
  if (int96 === undefined || canReadAll(columns, source, int96.columns)) return { source, columns };
  const copy = join(request.scratch_folder, 'raw.parquet');
  int96.copyTo(copy);
  const raw = new Set(int96.columns);
  return {
    source: quoteString(copy),
    columns: columns.map((column) =>
      raw.has(column.name) ? { ...column, kept: { ...column.kept, text: int96Text }, raw: true } : column,
    ),
  };
}

/** Whether the engine says anything of a footer that is not understood here is its own matter. */
function rawInt96OfFile(): ReturnType<typeof rawInt96> {
  try {
    return rawInt96(request.path);
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

function canReadAll(columns: readonly Described[], source: string, names: readonly string[]): boolean {
  const asked = columns.flatMap(({ name }, index) => (names.includes(name) ? [`max(x${index})`] : []));
  try {
    session.query(`SELECT ${asked.join(', ')} FROM ${tableOf(columns, source)}`);
    return true;
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('INT96 timestamp out of range')) return false;
    throw cause;
  }
}

interface Described {
  readonly name: string;
  readonly engine_type: string;
  readonly local_time: boolean;
  readonly kept: ParquetColumnKind;
  /** Whether its values are the bytes of the file. */
  readonly raw: boolean;
}

function describe(source: string, leaves: readonly { path: string; logical_type: string }[]): Described[] {
  const local = new Set(
    leaves.filter(({ logical_type }) => logical_type.includes('isAdjustedToUTC=false')).map(({ path }) => path),
  );
  const lines = session.query(`DESCRIBE file(${source}, Parquet)`, 'JSONCompactEachRow').trimEnd().split('\n');
  return lines.map((line) => {
    const [name, engine_type] = describedColumn.parse(JSON.parse(line));
    const local_time = local.has(name);
    return { name, engine_type, local_time, kept: parquetColumnKind({ engine_type, local_time }), raw: false };
  });
}

function aliasesOf(columns: readonly Described[]): string[] {
  return columns.map((_, index) => `x${index}`);
}

function tableOf(columns: readonly Described[], source: string): string {
  return `(SELECT * FROM file(${source}, Parquet)) AS t(${aliasesOf(columns).join(', ')})`;
}

function nullsFile(place: number): string {
  return join(request.scratch_folder, `nulls-${place}`);
}

/** What is known of the nulls of each column; undefined where the file does not tell, or a byte for each row is too much to keep. */
function nullsOfColumns(columns: readonly Described[], rows: number): (Nulls | undefined)[] {
  const nested = columns.some(({ kept }) => kept.kind === 'nested')
    ? nestedColumnsOf(request.path)
    : new Map<number, NestedColumn>();
  let left = request.scratch_bytes_max;
  return columns.map(({ kept, name }, place) => {
    if (kept.kind !== 'nested') return { rows: 0, inner: 0 };
    const column = nested.get(place);
    if (column?.name !== name || rows > left) return undefined;
    const to = nullsFile(place);
    const nulls = keepNullRows({ path: request.path, column, rows, to });
    if (nulls !== undefined && nulls.rows > 0) left -= rows;
    else rmSync(to);
    return nulls;
  });
}

/** Joined row by row, in the order of the file, which one thread keeps. */
function nullsOf(place: number): string {
  const file = `file(${quoteString(nullsFile(place))}, RowBinary, 'is_null UInt8')`;
  return ` PASTE JOIN (SELECT is_null FROM ${file}) AS n${place}`;
}

/** The smallest value; of texts, whose order may be another one, the first ones. */
function tellEarliest(columns: readonly Described[], source: string, name: string): void {
  const place = columns.findIndex((column) => column.name === name);
  const column = columns[place];
  if (column === undefined || column.kept.kind === 'nested') {
    tell({ kind: 'earliest', texts: [], is_time: false });
    return;
  }
  const { type } = column.kept;
  const table = tableOf(columns, source);
  const values =
    type.kind === 'string'
      ? `SELECT x${place} AS v FROM ${table} LIMIT ${earliestTexts_max}`
      : `SELECT min(${column.raw ? column.kept.text(`x${place}`) : `x${place}`}) AS v FROM ${table} HAVING count() > 0`;
  const lines = session.query(
    `SELECT ${column.raw ? 'v' : fieldText(column.kept, 'v', false)} AS text FROM (${values}) WHERE text IS NOT NULL`,
    'JSONCompactEachRow',
  );
  const texts = lines.split('\n').flatMap((line) => (line === '' ? [] : z.tuple([z.string()]).parse(JSON.parse(line))));
  tell({ kind: 'earliest', texts, is_time: type.kind === 'timestamp' || type.kind === 'date' });
}

/** Per column, how many values are no UTF-8 text. */
function countHexValues(columns: readonly Described[], table: string): number[] {
  return counted(
    columns.map(({ kept }, index) =>
      kept.bytes ? `countIf(isValidUTF8(assumeNotNull(${kept.text(`x${index}`)})) = 0)` : '0',
    ),
    table,
  );
}

/** Per column that is asked for, how many nested values are empty. */
function countEmptyValues(columns: readonly Described[], table: string, asked: (place: number) => boolean): number[] {
  return counted(
    columns.map((_, index) =>
      asked(index) ? `countIf(toJSONString(x${index}) = toJSONString(defaultValueOfArgumentType(x${index})))` : '0',
    ),
    table,
  );
}

function counted(counts: readonly string[], table: string): number[] {
  if (counts.every((count) => count === '0')) return [];
  const line = session.query(`SELECT ${counts.join(', ')} FROM ${table}`, 'JSONCompactEachRow');
  return z.array(z.coerce.number()).parse(JSON.parse(line));
}

function fieldText(kept: ParquetColumnKind, alias: string, hex: boolean): string {
  const text = kept.text(alias);
  return `CAST(${hex ? `lower(hex(${text}))` : text} AS Nullable(String))`;
}
