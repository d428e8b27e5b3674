/**
 * The process that opens an untrusted Parquet file: run under an address-space limit, without the service's secrets,
 * and killed without harm. It tells on descriptor 3, one JSON line each, that it is ready, what the file holds, and how
 * it ended; rows go to the named pipe. A byte of its input lets it open the file, another one begin with the rows.
 */
import { readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from 'chdb';
import { z } from 'zod';
import { quoteString } from '../../embedded/parameters.ts';
import { describeColumns, type ParquetColumn } from './columns.ts';
import { readFooter, type ParquetFooter } from './footer.ts';
import { jsonText } from './json.ts';
import { mendingOf } from './mended.ts';
import { parquetRequest, type ParquetMessage } from './messages.ts';
import { findNulls, type ColumnNulls } from './nulls.ts';

const metadata = z.object({
  num_columns: z.coerce.number(),
  num_rows: z.coerce.number(),
  num_row_groups: z.coerce.number(),
  grouped_rows: z.coerce.number(),
  total_uncompressed_size: z.coerce.number(),
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
  'input_format_parquet_allow_missing_columns = 0',
  'schema_inference_use_cache_for_file = 0',
  'use_cache_for_count_from_files = 0',
  'optimize_count_from_files = 0',
  'enable_nullable_tuple_type = 1',
  'output_format_json_quote_64bit_integers = 0',
  'output_format_json_quote_decimals = 0',
  'output_format_json_quote_denormals = 1',
  'output_format_json_escape_forward_slashes = 0',
  // What a file of many columns is asked is longer than what people ask.
  'max_query_size = 0',
  'max_ast_elements = 100000000',
  'max_expanded_ast_elements = 100000000',
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
        `SELECT num_columns, num_rows, num_row_groups, arraySum(row_groups.num_rows) AS grouped_rows, total_uncompressed_size
         FROM file(${quoteString(request.path)}, ParquetMetadata)`,
        'JSONEachRow',
      ),
    ),
  );
  if (!Object.values(about).every((count) => Number.isSafeInteger(count))) {
    throw new Error('its metadata claims impossible numbers of rows or bytes');
  }
  const refusal = refusalOf(about);
  if (refusal !== undefined) {
    tell({ kind: 'over_limit', ...refusal });
  } else if (request.earliest_of !== null) {
    tellEarliest(open(), request.earliest_of);
  } else {
    tellRows(open(), about);
  }
} catch (cause) {
  tell({ kind: 'failed', message: messageOf(cause) });
}
process.exit(0);

function messageOf(cause: unknown): string {
  if (cause instanceof RangeError) return `its metadata cannot be understood (${cause.message})`;
  return cause instanceof Error ? cause.message : String(cause);
}

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
  readonly footer: ParquetFooter;
  readonly columns: readonly ParquetColumn[];
  /** SQL of the rows, in which the columns are called x0, x1, … */
  readonly table: string;
}

/** The file, or a copy of it that the engine can read. */
function open(): Opened {
  const footer = readFooter(request.path);
  const mending = mendingOf(request.path, footer);
  let source = request.path;
  if (mending !== undefined) {
    source = join(request.scratch_folder, 'mended.parquet');
    mending.copy(request.path, source);
  }
  const columns = describeColumns(session, source, footer);
  const structure = quoteString(columns.map(({ asked }) => asked).join(', '));
  const aliases = columns.map((_, place) => `x${place}`);
  const table = `(SELECT * FROM file(${quoteString(source)}, Parquet, ${structure})) AS t(${aliases.join(', ')})`;
  return { footer, columns, table };
}

function tellRows({ footer, columns, table }: Opened, about: z.infer<typeof metadata>): void {
  const rows = Math.max(about.num_rows, about.grouped_rows);
  const hex = countHexValues(columns, table);
  const { path, scratch_folder: folder, scratch_bytes_max: bytes_max } = request;
  const nulls = findNulls({ path, footer, columns, rows, folder, bytes_max });
  tell({
    kind: 'inspected',
    rows,
    row_groups: about.num_row_groups,
    columns: columns.map(({ name, engine_type, meaning }, place) => ({
      name,
      engine_type,
      meaning,
      hex_values: hex[place] ?? 0,
      unknown_nulls: nulls[place]?.unknown ?? false,
      untold_nulls: nulls[place]?.untold ?? 0,
      null_keys: nulls[place]?.keys ?? 0,
    })),
  });
  if (!mayGoOn()) return;
  const fields = columns.map((column, place) => fieldText(textOf(column, place, nulls[place]), (hex[place] ?? 0) > 0));
  const joins = nulls.flatMap((column) => column.joins).map((join) => ` PASTE JOIN ${join}`);
  session.query(
    `SELECT ${fields.join(', ')} FROM ${table}${joins.join('')} INTO OUTFILE ${quoteString(request.pipe)} TRUNCATE FORMAT RowBinary`,
  );
  tell({ kind: 'done' });
}

/** The smallest value; of texts, whose order may be another one, the first ones. */
function tellEarliest({ columns, table }: Opened, name: string): void {
  const place = columns.findIndex((column) => column.name === name);
  const column = columns[place];
  if (column === undefined || column.kept.kind === 'nested') {
    tell({ kind: 'earliest', texts: [], is_time: false });
    return;
  }
  const { type, text } = column.kept;
  const alias = `x${place}`;
  // The bytes of an INT96 are in no order of time, but its text is.
  const isBytes = column.meaning === 'int96';
  const values =
    type.kind === 'string'
      ? `SELECT ${alias} AS v FROM ${table} LIMIT ${earliestTexts_max}`
      : `SELECT min(${isBytes ? text(alias) : alias}) AS v FROM ${table} HAVING count() > 0`;
  const lines = session.query(
    `SELECT ${isBytes ? 'v' : fieldText(text('v'), false)} AS text FROM (${values}) WHERE text IS NOT NULL`,
    'JSONCompactEachRow',
  );
  const texts = lines.split('\n').flatMap((line) => (line === '' ? [] : z.tuple([z.string()]).parse(JSON.parse(line))));
  tell({ kind: 'earliest', texts, is_time: type.kind === 'timestamp' || type.kind === 'date' });
}

/** Per column, how many values are no UTF-8 text. */
function countHexValues(columns: readonly ParquetColumn[], table: string): number[] {
  const counts = columns.map((column, place) =>
    column.kept.bytes ? `countIf(isValidUTF8(assumeNotNull(${textOf(column, place)})) = 0)` : '0',
  );
  if (counts.every((count) => count === '0')) return [];
  const line = session.query(`SELECT ${counts.join(', ')} FROM ${table}`, 'JSONCompactEachRow');
  return z.array(z.coerce.number()).parse(JSON.parse(line));
}

/** SQL that writes a value of a column, with its nulls where they are known. */
function textOf({ kept, value }: ParquetColumn, place: number, nulls?: ColumnNulls): string {
  const alias = `x${place}`;
  if (kept.kind !== 'nested' || value === undefined) return kept.text(alias);
  return jsonText(value, alias, nulls?.marks ?? new Map());
}

function fieldText(text: string, hex: boolean): string {
  return `CAST(${hex ? `lower(hex(${text}))` : text} AS Nullable(String))`;
}
