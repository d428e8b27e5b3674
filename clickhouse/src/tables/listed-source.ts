import { z } from 'zod';
import { id } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { containsText } from './contains-text.ts';
import { loadVerdict } from './load.ts';
import { sourceVersion, type SourceVersion } from './source.ts';

const sourceColumns = Object.keys(sourceVersion.shape).map((column) => `source.${column} AS ${column}`);

/**
 * The sources in force, each with the verdict of its newest load, empty while there is none. A load's rows are told apart by their
 * versions, as FINAL would, but only two small columns of them are read.
 */
const listed = `
FROM (
  SELECT *, JSONExtract(document, 'owner', 'Nullable(String)') AS owner FROM sources FINAL
  WHERE tenant = {tenant: String}
  ORDER BY version DESC
  LIMIT 1 BY source_id) AS source
LEFT JOIN (
  SELECT source_id, argMax(verdict, (load_id, version)) AS verdict FROM loads
  WHERE tenant = {tenant: String}
  GROUP BY source_id) AS newest ON newest.source_id = source.source_id
WHERE NOT source.deleted`;

const isNamed = containsText('name', "ifNull(owner, '')");

const filterParams = z.object({ text: z.string() });
const pageParams = filterParams.extend({
  limit: z.number().int().min(1).max(10_000),
  offset: z.number().int().min(0),
});

const page = query({
  sql: `
SELECT ${sourceColumns.join(', ')}${listed} AND ${isNamed}
  AND ({any_verdict: Bool} OR newest.verdict = {verdict: String})
ORDER BY name, source_id DESC
LIMIT {limit: UInt32} OFFSET {offset: UInt64}`,
  params: pageParams.extend({ verdict: loadVerdict, any_verdict: z.boolean() }),
  row: sourceVersion,
});

const counts = query({
  sql: `
SELECT newest.verdict AS verdict, toUInt32(countIf(${isNamed})) AS sources, toUInt32(count()) AS in_all${listed}
GROUP BY verdict
ORDER BY verdict`,
  params: filterParams,
  row: z.object({ verdict: loadVerdict, sources: z.number(), in_all: z.number() }),
});

/** How a source is called, and what its document says of it. */
export const sourceLabel = z.object({
  source_id: id,
  source: z.string(),
  owner: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
});
export type SourceLabel = z.infer<typeof sourceLabel>;

const named = query({
  sql: `
SELECT source_id, name AS source, owner, JSONExtract(document, 'labels', 'Map(String, String)') AS labels
FROM (
  SELECT source_id, name, document, deleted, JSONExtract(document, 'owner', 'Nullable(String)') AS owner FROM sources FINAL
  WHERE tenant = {tenant: String}
  ORDER BY version DESC
  LIMIT 1 BY source_id)
WHERE NOT deleted AND ${isNamed}
  AND ({label: String} = '' OR has(arrayMap((name, value) -> concat(name, '=', value), mapKeys(labels), mapValues(labels)), {label: String}))
ORDER BY source, source_id DESC
LIMIT {limit: UInt32} OFFSET {offset: UInt64}`,
  params: pageParams.extend({ label: z.string() }),
  row: sourceLabel,
});

/** Which sources, whatever the verdict of their newest load. */
export interface SourceFilter {
  /** What the name or the owner must contain. */
  readonly text?: string | undefined;
}

interface Paged extends SourceFilter {
  readonly limit: number;
  readonly offset: number;
}

/** The sources in force by name; with a verdict only those whose newest load has it, '' for those that have none yet. */
export function listSourcePage(
  db: Querier,
  asked: Paged & { readonly verdict?: z.infer<typeof loadVerdict> | undefined },
): Promise<SourceVersion[]> {
  const { text = '', verdict, limit, offset } = asked;
  return db.rows(page, { text, limit, offset, verdict: verdict ?? '', any_verdict: verdict === undefined });
}

/** How many sources there are of each verdict of their newest load: of those that fit, and in all. */
export function countSources(db: Querier, { text = '' }: SourceFilter): Promise<z.infer<typeof counts.row>[]> {
  return db.rows(counts, { text });
}

/**
 * Only how sources are called, by name: to choose one, without looking at their loads.
 * @param asked `label` is one they must have, as `name=value`
 */
export function sourceLabels(
  db: Querier,
  asked: Paged & { readonly label?: string | undefined },
): Promise<SourceLabel[]> {
  const { text = '', label = '', limit, offset } = asked;
  return db.rows(named, { text, label, limit, offset });
}
