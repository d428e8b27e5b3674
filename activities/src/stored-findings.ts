import { jsonKindsOf, rejectUpTo, type JsonKinds, type NearlyStrictColumn } from '@assay/clickhouse';
import type { ReadLoad } from './read-load.ts';
import type { Reading } from './read-once.ts';
import { shownText } from './shown-text.ts';

/** Columns whose kinds of values are counted. */
const columns_max = 100;

/** Why a record that was cut is rejected. */
const cutCodes = ['truncated', 'invalid_utf8', 'lone_surrogate', 'field_count', 'unterminated_quote', 'stray_quote'];

/** What only a look at the stored rows and rejects tells of a file, one sentence each. */
export async function storedFindings(
  read: Pick<ReadLoad, 'db' | 'load'>,
  reading: Reading,
  nearlyStrict: readonly NearlyStrictColumn[],
): Promise<string[]> {
  const told = new Set(nearlyStrict.map((column) => column.name));
  const [mixed, cut] = await Promise.all([mixedKinds(read, reading, told), cutRecord(read, reading)]);
  return [...mixed, ...cut];
}

/** Columns of a first file whose values are of more than one kind, and stay JSON therefore. */
async function mixedKinds(
  { db, load }: Pick<ReadLoad, 'db' | 'load'>,
  reading: Reading,
  told: ReadonlySet<string>,
): Promise<string[]> {
  const { plan, chunks } = reading;
  const columns = plan.columns
    .filter(({ name, inferred, type }) => inferred === true && type.kind === 'json' && !told.has(name))
    .slice(0, columns_max);
  if (columns.length === 0) return [];
  const kinds = await jsonKindsOf(db, {
    source_id: load.source_id,
    load_id: load.load_id,
    chunk_ids: chunks.map((chunk) => chunk.chunk_id),
    columns: columns.map((column) => column.number),
  });
  return columns.flatMap(({ name }, place) => {
    const found = counted(kinds[place]);
    if (found.length < 2) return [];
    return [
      `Column ${shownText(name)} mixes ${found.join(', ')}; each is kept as its JSON text. Declare its type to have the others reported.`,
    ];
  });
}

function counted(kinds: JsonKinds | undefined): string[] {
  return Object.entries(kinds ?? {})
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${String(count)} ${count === 1 ? kind.slice(0, -1) : kind}`);
}

/** A last record that is none and has no line end was probably not written to its end. */
async function cutRecord({ db, load }: Pick<ReadLoad, 'db' | 'load'>, reading: Reading): Promise<string[]> {
  const { end, chunks, totals, plan } = reading;
  if (end.kind === 'damaged' || totals.rejects === 0 || plan.layout.format === 'parquet') return [];
  const line = await rejectUpTo(db, {
    load_id: load.load_id,
    chunk_ids: chunks.map((chunk) => chunk.chunk_id),
    end: String(end.bytes_out),
    codes: cutCodes,
  });
  if (line === undefined) return [];
  return [
    `The file ends in the middle of its last record, line ${line}, without a line end: it may have been cut. Send it again whole if it was.`,
  ];
}
