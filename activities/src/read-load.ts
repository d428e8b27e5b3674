import {
  guessColumns,
  openBytes,
  sampleContent,
  widenPlan,
  type ByteLimits,
  type ByteSource,
  type NearlyStrictColumn,
  type NewColumn,
  type Querier,
  type TextLayout,
} from '@assay/clickhouse';
import { formatColumnType } from '@assay/rules';
import type { LoadFileResult, LoadIdentity } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';
import { fileFindings } from './file-findings.ts';
import { fileLayout } from './file-layout.ts';
import { withFound } from './found-columns.ts';
import type { Beat } from './heartbeat.ts';
import { LoadProgress, unreported } from './load-progress.ts';
import { readOnce, type Reading } from './read-once.ts';
import { readParquetLoad } from './read-parquet-load.ts';
import { seenColumns } from './seen-columns.ts';
import { settleColumns } from './settle-columns.ts';
import { maskedColumns, readLimitsOf, rowsMaxOf, type SourceSettings } from './source-settings.ts';
import { storedFindings } from './stored-findings.ts';
import { verifyChunks } from './verify-chunks.ts';

/** A file that still widens its columns after so many readings shows a mistake of ours. */
const readings_max = 8;

export interface ReadLoad {
  readonly db: Querier;
  readonly load: LoadIdentity;
  readonly settings: SourceSettings;
  readonly bytes: ByteSource;
  readonly byte_limits: ByteLimits;
  /** Whether no file of the source decided its columns yet: then this one decides those that nobody declared. */
  readonly first: boolean;
  readonly beat: Beat;
}

export type LoadContent = Omit<
  Extract<LoadFileResult, { outcome: 'loaded' | 'partial' }>,
  'compression' | 'loading_at'
>;

/** Reads the content of a load to its end; a first file again, with wider types, until every value of it fits. */
export async function readLoad(deps: ActivityDeps, read: ReadLoad): Promise<LoadContent> {
  const { settings, first, load } = read;
  const read_limits = readLimitsOf(settings.document);
  const found = fileLayout(read.bytes, settings, read_limits);
  if (found.kind === 'confined') return readParquetLoad(deps, read);

  const { layout } = found;
  const progress = new LoadProgress(read.db, load, {
    content_bytes_total: read.bytes.compression === 'none' ? load.bytes : null,
    now: deps.now,
    failed: unreported(deps, load),
  });
  let inferring = first || settings.open.length > 0;
  let columns = inferring ? await guessedColumns(deps, read, layout) : settings.columns;
  const nearlyStrict = new Map<string, NearlyStrictColumn>();
  for (let count = 1; count <= readings_max; count++) {
    progress.restart();
    const reading = await readOnce(deps, {
      ...read,
      layout,
      columns,
      inferring,
      content: count === 1 ? read.bytes : await reopened(deps, read),
      read_limits,
      rows_max: rowsMaxOf(settings.document),
      progress,
    });
    if (!inferring) return await readContent(read, { reading, count }, found.findings, []);

    const widened = widenPlan(reading.plan, reading.totals);
    // Only the reading that met the misfits knows them; the next one, with wider types, has none.
    for (const column of widened.nearly_strict) nearlyStrict.set(column.name, column);
    // Once a source has its columns, a new one is drift for a person to accept.
    const wanted = first ? widened.columns : widened.columns.slice(0, columns.length);
    if (!sameTypes(wanted, columns)) {
      columns = wanted;
      continue;
    }
    const hasValues = (place: number) => reading.totals.fitting(place) > 0;
    const settled = await settleColumns(deps, load, { columns, hasValues });
    if (sameTypes(settled, columns))
      return await readContent(read, { reading, count }, found.findings, [...nearlyStrict.values()]);
    // Another first file was quicker: its types hold, and this one is read as any later file.
    columns = settled;
    inferring = false;
  }
  throw new Error(`the columns of load ${load.load_id} still changed after ${String(readings_max)} readings`);
}

function reopened(deps: ActivityDeps, { load, byte_limits, beat }: ReadLoad): Promise<ByteSource> {
  return openBytes({ from: deps.inbox.path(load.load_id), limits: byte_limits, signal: beat.signal });
}

/** What is settled, and what samples of the file show of the others: all of them in a first file. */
async function guessedColumns(deps: ActivityDeps, read: ReadLoad, layout: TextLayout): Promise<readonly NewColumn[]> {
  const { load, settings, byte_limits, first } = read;
  const samples = await sampleContent(deps.inbox.path(load.load_id), byte_limits);
  const guessed = guessColumns(samples, layout, readLimitsOf(settings.document));
  const seen = new Set(guessed.map((column) => column.name));
  const open = settings.open.filter((name) => !seen.has(name)).map((name) => unseenColumn(name, layout));
  return [...withFound(settings, guessed, first), ...open];
}

/** A column that the samples do not show; should the file have values in it after all, it is widened. */
function unseenColumn(name: string, layout: TextLayout): NewColumn {
  return { name, inferred: true, type: { kind: layout.format === 'jsonl' ? 'json' : 'string' } };
}

function sameTypes(one: readonly NewColumn[], other: readonly NewColumn[]): boolean {
  const typeOf = (column: NewColumn) => `${column.name}\u0000${formatColumnType(column.type)}`;
  const types = new Set(other.map(typeOf));
  return one.length === other.length && one.every((column) => types.has(typeOf(column)));
}

/** What a reading came to, once the engine is found to hold what was read. */
export async function readContent(
  read: Pick<ReadLoad, 'db' | 'load' | 'beat' | 'settings'>,
  { reading, count }: { reading: Reading; count: number },
  layoutFindings: readonly string[],
  nearlyStrict: readonly NearlyStrictColumn[],
): Promise<LoadContent> {
  const { end, chunks, stored, plan } = reading;
  await verifyChunks(read.db, read.load, chunks);
  const damage = end.kind === 'damaged' ? end.reason : '';
  return {
    outcome: damage === '' ? 'loaded' : 'partial',
    reason: damage,
    format: plan.layout.format,
    chunks,
    only_attempt: read.beat.attempt === 1 && count === 1,
    columns: stored.map(({ name, type, number }) => ({ name, type, number })),
    seen: seenColumns(reading),
    findings: [
      ...layoutFindings,
      ...fileFindings(reading, nearlyStrict, maskedColumns(read.settings.document)),
      ...(await storedFindings(read, reading, nearlyStrict)),
    ],
  };
}
