import { z } from 'zod';
import { id, idList } from '../id.ts';
import { lookup, query, type Querier } from '../query.ts';
import { timestamp } from './timestamp.ts';

/** A column of a source: its name in files and its type. */
export const sourceColumn = z.object({ name: z.string(), type: z.string() });
export type SourceColumn = z.infer<typeof sourceColumn>;

export const sourceVersion = z.object({
  source_id: id,
  version: z.string(),
  name: z.string(),
  document: z.string(),
  columns: z.string(),
  deleted: z.boolean(),
  changed_at: timestamp,
  changed_by: z.string(),
  why: z.string(),
});
export type SourceVersion = z.infer<typeof sourceVersion>;

export const ruleVersion = z.object({
  source_id: id,
  rule_id: z.string(),
  version: z.string(),
  kind: z.string(),
  spec: z.string(),
  deleted: z.boolean(),
  changed_at: timestamp,
  changed_by: z.string(),
  why: z.string(),
});
export type RuleVersion = z.infer<typeof ruleVersion>;

const versionColumns = Object.keys(sourceVersion.shape).join(', ');
const ruleColumns = Object.keys(ruleVersion.shape).join(', ');

/** The newest version of each of the sources that the condition lets through, deleted ones too. */
const newestSources = (
  condition: '' | 'AND name IN {name: Array(String)}' | 'AND source_id IN {source_ids: Array(UInt64)}',
) => `
(
  SELECT ${versionColumns}
  FROM sources FINAL
  WHERE tenant = {tenant: String} ${condition}
  ORDER BY version DESC
  LIMIT 1 BY source_id)`;

const listed = query({
  sql: `
SELECT ${versionColumns}
FROM ${newestSources('')}
WHERE NOT deleted
ORDER BY name, source_id DESC`,
  params: z.object({}),
  row: sourceVersion,
});

/** A name can belong to several sources, one after the other; a source keeps its name. */
const inForce = lookup({
  sql: `
SELECT ${versionColumns}
FROM ${newestSources('AND name IN {name: Array(String)}')}
WHERE NOT deleted
ORDER BY source_id DESC`,
  by: { name: 'String' },
  row: sourceVersion,
});

const byIds = query({
  sql: `
SELECT ${versionColumns}
FROM ${newestSources('AND source_id IN {source_ids: Array(UInt64)}')}
WHERE NOT deleted
ORDER BY source_id`,
  params: z.object({ source_ids: idList }),
  row: sourceVersion,
});

/** Sources somebody deleted whose traces are not gone yet. */
const halfDeleted = query({
  sql: `
SELECT ${versionColumns}
FROM ${newestSources('')}
WHERE deleted AND name = {name: String}
ORDER BY source_id`,
  params: z.object({ name: z.string() }),
  row: sourceVersion,
});

const history = query({
  sql: `
SELECT ${versionColumns}
FROM sources FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}
ORDER BY version DESC`,
  params: z.object({ source_id: id }),
  row: sourceVersion,
});

/** The newest version of each rule that the condition lets through and nobody deleted, by source and id. */
const newestRules = (condition: '' | 'AND source_id IN {source_id: Array(UInt64)}') => `
SELECT ${ruleColumns}
FROM (
  SELECT ${ruleColumns}
  FROM rules FINAL
  WHERE tenant = {tenant: String} ${condition}
  ORDER BY version DESC
  LIMIT 1 BY source_id, rule_id)
WHERE NOT deleted
ORDER BY source_id, rule_id`;

const everyRule = query({ sql: newestRules(''), params: z.object({}), row: ruleVersion });

const rulesInForce = lookup({
  sql: newestRules('AND source_id IN {source_id: Array(UInt64)}'),
  by: { source_id: 'UInt64' },
  row: ruleVersion,
});

const ruleHistory = query({
  sql: `
SELECT ${ruleColumns}
FROM rules FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64} AND rule_id = {rule_id: String}
ORDER BY version DESC`,
  params: z.object({ source_id: id, rule_id: z.string() }),
  row: ruleVersion,
});

const rulesAt = query({
  sql: `
SELECT ${ruleColumns}
FROM rules FINAL
WHERE tenant = {tenant: String} AND source_id = {source_id: UInt64}
  AND rule_id IN {rule_ids: Array(String)} AND version IN {versions: Array(UInt64)}
ORDER BY rule_id, version`,
  params: z.object({ source_id: id, rule_ids: z.array(z.string()), versions: idList }),
  row: ruleVersion,
});

/** The sources in force by name. */
export function listSources(db: Querier): Promise<SourceVersion[]> {
  return db.rows(listed, {});
}

/** Those of some sources that are in force. */
export function sourcesById(db: Querier, source_ids: readonly string[]): Promise<SourceVersion[]> {
  return db.rows(byIds, { source_ids: [...source_ids] });
}

/** The version in force of the source with this name, or undefined. */
export async function sourceByName(db: Querier, name: string): Promise<SourceVersion | undefined> {
  const [found] = await db.lookup(inForce, { name });
  return found;
}

/** Sources of this name whose deletion was begun and cut off, oldest first. */
export function halfDeletedSources(db: Querier, name: string): Promise<SourceVersion[]> {
  return db.rows(halfDeleted, { name });
}

/** Every version of a source, newest first. */
export function sourceHistory(db: Querier, source_id: string): Promise<SourceVersion[]> {
  return db.rows(history, { source_id });
}

/** The rules in force of a source. */
export function rulesOfSource(db: Querier, source_id: string): Promise<RuleVersion[]> {
  return db.lookup(rulesInForce, { source_id });
}

/** The rules in force of every source. */
export function listRules(db: Querier): Promise<RuleVersion[]> {
  return db.rows(everyRule, {});
}

/** Every version of a rule, newest first. */
export function rulesHistory(db: Querier, source_id: string, rule_id: string): Promise<RuleVersion[]> {
  return db.rows(ruleHistory, { source_id, rule_id });
}

/** Some rules of a source as they were at some versions. */
export function rulesAtVersions(
  db: Querier,
  asked: { source_id: string; rule_ids: string[]; versions: string[] },
): Promise<RuleVersion[]> {
  return db.rows(rulesAt, asked);
}

/** Appends a version of a source with the rules it changed: rules first, so that a version never names rules not yet there. */
export async function writeSourceVersion(
  db: Querier,
  version: { source: SourceVersion; rules: readonly RuleVersion[] },
): Promise<void> {
  await db.insert('rules', version.rules);
  await db.insert('sources', [version.source]);
}

/** The columns in force of a source; none until a document or the first file decided. */
export function sourceColumns(source: SourceVersion): SourceColumn[] {
  return z.array(sourceColumn).parse(JSON.parse(source.columns));
}
