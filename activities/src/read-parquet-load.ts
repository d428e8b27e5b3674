import { openParquet, parquetLimits, RefusedFile, type NewColumn, type ParquetFile } from '@assay/clickhouse';
import type { ActivityDeps } from './deps.ts';
import { withFound } from './found-columns.ts';
import { LoadProgress, unreported } from './load-progress.ts';
import { readContent, type LoadContent, type ReadLoad } from './read-load.ts';
import { readOnce, type Content } from './read-once.ts';
import { settleColumns } from './settle-columns.ts';
import { readLimitsOf, rowsMaxOf } from './source-settings.ts';

/** Reads a Parquet file through a process of its own. It says its types itself, so a first file needs no guess and no second reading. */
export async function readParquetLoad(deps: ActivityDeps, read: ReadLoad): Promise<LoadContent> {
  const { load, settings, byte_limits, beat, first } = read;
  const { document } = settings;
  await read.bytes.close();
  const file = await openParquet({
    path: deps.inbox.path(load.load_id),
    bytes: byte_limits,
    limits: parquetLimits.parse({ rows_max: rowsMaxOf(document) }),
    signal: beat.signal,
  });
  try {
    const found = columnsFrom(file, read);
    const settled =
      first || settings.open.length > 0
        ? await settleColumns(deps, load, { columns: found, hasValues: () => true })
        : found;
    const columns = withoutFormats(settled, file);
    const reading = await readOnce(deps, {
      ...read,
      layout: file.layout,
      columns,
      inferring: false,
      content: contentOf(file),
      read_limits: readLimitsOf(document),
      rows_max: rowsMaxOf(document),
      progress: new LoadProgress(read.db, load, {
        content_bytes_total: null,
        now: deps.now,
        failed: unreported(deps, load),
      }),
    });
    const { records } = reading.totals;
    if (records !== file.rows) {
      throw new RefusedFile(
        'damaged',
        `The Parquet file is damaged: its metadata claims ${String(file.rows)} rows, but ${String(records)} were found. Write it anew and send it again.`,
      );
    }
    return await readContent(
      read,
      { reading, count: 1 },
      file.findings.map(({ finding }) => finding),
      [],
    );
  } finally {
    await file.close();
  }
}

/** Those that are settled always have room; of the others as many as a source may have. */
function columnsFrom(file: ParquetFile, { settings, first }: ReadLoad): readonly NewColumn[] {
  const settled = new Set(settings.columns.map((column) => column.name));
  const room = readLimitsOf(settings.document).columns_max - settled.size;
  const fitting = new Set(file.columns.filter(({ name }) => !settled.has(name)).slice(0, Math.max(0, room)));
  const found = file.columns.filter((column) => settled.has(column.name) || fitting.has(column));
  return withFound(settings, found, first);
}

/** How times are written concerns texts and numbers: a column of days or timestamps has none in the file, it is handed on in ISO 8601. */
function withoutFormats(columns: readonly NewColumn[], file: ParquetFile): readonly NewColumn[] {
  const isTime = ({ type }: NewColumn) => type.kind === 'date' || type.kind === 'timestamp';
  const times = new Set(file.columns.filter(isTime).map((column) => column.name));
  return columns.map((column) => {
    if (!times.has(column.name)) return column;
    const { timestamp_format: _, ...own } = column;
    return own;
  });
}

/** A Parquet file is whole or refused: it has its footer at its end. */
function contentOf(file: ParquetFile): Content {
  let bytes_out = 0;
  let ended = false;
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of file.content()) {
      bytes_out += chunk.length;
      yield chunk;
    }
    ended = true;
  }
  return {
    chunks: chunks(),
    get end() {
      return ended ? { kind: 'complete' as const, bytes_in: bytes_out, bytes_out } : undefined;
    },
    close: () => file.close(),
  };
}
