import { z } from 'zod';
import { id, idList } from '../id.ts';
import { query, type Querier } from '../query.ts';
import { containsText } from './contains-text.ts';
import { verdict, worstFirst } from './result.ts';
import { ruleVersion } from './source.ts';

/** A rule in force with what it said of the newest judged load of its source: the worst of its results. */
export const listedRule = ruleVersion.extend({
  source: z.string(),
  /** Empty when the rule was not judged there. */
  verdict: z.union([verdict, z.literal('')]),
  /** The newest judged load of its source and the check in force; '0' when there is none. */
  load_id: id,
  check_id: id,
});
export type ListedRule = z.infer<typeof listedRule>;

const ruleColumns = Object.keys(ruleVersion.shape).map((column) => `rule.${column} AS ${column}`);

const newestJudged = `FROM loads FINAL
  WHERE tenant = {tenant: String} AND check_id != 0 AND state != 'withdrawn'
  ORDER BY load_id DESC
  LIMIT 1 BY source_id`;

/** Every statement reads each small table once, whatever the number of sources. */
const filtered = `
FROM (
  SELECT * FROM rules FINAL
  WHERE tenant = {tenant: String} AND ({source_id: UInt64} = 0 OR source_id = {source_id: UInt64})
  ORDER BY version DESC
  LIMIT 1 BY source_id, rule_id) AS rule
INNER JOIN (
  SELECT source_id, name, deleted FROM sources FINAL
  WHERE tenant = {tenant: String}
  ORDER BY version DESC
  LIMIT 1 BY source_id) AS source ON source.source_id = rule.source_id
LEFT JOIN (
  SELECT source_id, load_id, check_id ${newestJudged}) AS judged ON judged.source_id = rule.source_id
LEFT JOIN (
  SELECT source_id, rule_id, argMin(verdict, indexOf({worst_first: Array(String)}, verdict)) AS worst
  FROM results FINAL
  WHERE tenant = {tenant: String} AND (load_id, check_id) IN (
    SELECT load_id, check_id ${newestJudged})
  GROUP BY source_id, rule_id) AS said ON said.source_id = rule.source_id AND said.rule_id = rule.rule_id
WHERE NOT rule.deleted AND NOT source.deleted
  AND ${containsText('rule.rule_id', 'rule.kind', 'source.name', "JSONExtractString(rule.spec, 'description')")}`;

const filterParams = z.object({ source_id: id, text: z.string(), worst_first: z.array(verdict) });

const listed = query({
  sql: `
SELECT ${ruleColumns.join(', ')}, source.name AS source, said.worst AS verdict, judged.load_id AS load_id, judged.check_id AS check_id${filtered}
  AND ({verdict: String} = '' OR said.worst = {verdict: String})
ORDER BY source, source_id, rule_id
LIMIT {limit: UInt32} OFFSET {offset: UInt64}`,
  params: filterParams.extend({
    verdict: z.string(),
    limit: z.number().int().min(1).max(10_000),
    offset: z.number().int().min(0),
  }),
  row: listedRule,
});

const counts = query({
  sql: `
SELECT said.worst AS verdict, toUInt32(count()) AS rules${filtered}
GROUP BY verdict
ORDER BY verdict`,
  params: filterParams,
  row: z.object({ verdict: listedRule.shape.verdict, rules: z.number() }),
});

const bySource = query({
  sql: `
SELECT source_id, toUInt32(count()) AS rules
FROM (
  SELECT source_id, deleted FROM rules FINAL
  WHERE tenant = {tenant: String} AND source_id IN {source_ids: Array(UInt64)}
  ORDER BY version DESC
  LIMIT 1 BY source_id, rule_id)
WHERE NOT deleted
GROUP BY source_id`,
  params: z.object({ source_ids: idList }),
  row: z.object({ source_id: id, rules: z.number() }),
});

/** Which rules, whatever they said. */
export interface RuleFilter {
  readonly source_id?: string | undefined;
  /** What the id, the kind, the source or the description must contain. */
  readonly text?: string | undefined;
}

/** The rules in force by source and id, each with its newest verdict. */
export function listRulePage(
  db: Querier,
  page: RuleFilter & { readonly verdict?: string | undefined; readonly limit: number; readonly offset: number },
): Promise<ListedRule[]> {
  const { verdict: said = '', limit, offset } = page;
  return db.rows(listed, { ...filterOf(page), verdict: said, limit, offset });
}

/** How many rules there are of each newest verdict; '' are those not judged yet. */
export function countRules(db: Querier, filter: RuleFilter): Promise<z.infer<typeof counts.row>[]> {
  return db.rows(counts, filterOf(filter));
}

/** How many rules are in force of each of some sources; those without any are left out. */
export function countRulesBySource(
  db: Querier,
  source_ids: readonly string[],
): Promise<z.infer<typeof bySource.row>[]> {
  return db.rows(bySource, { source_ids: [...source_ids] });
}

function filterOf(filter: RuleFilter): z.input<typeof filterParams> {
  return { source_id: filter.source_id ?? '0', text: filter.text ?? '', worst_first: [...worstFirst] };
}
