import {
  listRules,
  listSources,
  recentLoads,
  resultsOfCheck,
  resultsOfRule,
  rulesHistory,
  rulesOfSource,
  type Result,
  type RuleVersion,
} from '@assay/clickhouse';
import { didYouMean } from '@assay/rules';
import type { z } from 'zod';
import { describeRule } from '../documents.ts';
import { RequestProblem } from '../problem.ts';
import type { RuleSummary, RuleView, ruleRevision } from '../shapes/rule.ts';
import { findSource } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { columnsRead } from './columns-read.ts';
import { expectRule } from './expect-rule.ts';

interface RuleRef {
  readonly source: string;
  readonly rule_id: string;
}

export async function readRule(ctx: AuthorizedContext, ref: RuleRef): Promise<RuleView> {
  const { source_id } = await findSource(ctx, ref.source);
  const rules = await rulesOfSource(ctx.db, source_id);
  const found = rules.find((rule) => rule.rule_id === ref.rule_id);
  if (found === undefined) throw noSuchRule(ref, rules);
  return viewOfRule(found, ref.source);
}

/** Rules by source and id, each with what it said of the newest judged load. */
export async function listRulesWithVerdicts(
  ctx: AuthorizedContext,
  source: string | undefined,
): Promise<{ items: RuleSummary[] }> {
  const only = source === undefined ? undefined : await findSource(ctx, source);
  const [sources, rules, loads] = await Promise.all([
    only === undefined ? listSources(ctx.db) : [only],
    only === undefined ? listRules(ctx.db) : rulesOfSource(ctx.db, only.source_id),
    recentLoads(ctx.db, { source_id: only?.source_id ?? '0', per_source: 5 }),
  ]);
  const judged = new Map(loads.filter((load) => load.check_id !== '0').map((load) => [load.source_id, load]));
  const latest = await Promise.all(
    [...judged.values()].map((load) => resultsOfCheck(ctx.db, load.load_id, load.check_id)),
  );
  const byRule = Map.groupBy(latest.flat(), (result) => `${result.source_id} ${result.rule_id}`);
  const known = new Map(sources.map((of) => [of.source_id, of]));
  const items = rules.flatMap((rule) => {
    const of = known.get(rule.source_id);
    if (of === undefined) return [];
    const results = byRule.get(`${rule.source_id} ${rule.rule_id}`) ?? [];
    return [{ ...viewOfRule(rule, of.name), columns: [...columnsRead(rule, of)], latest: worstFirst(results) }];
  });
  return { items };
}

/** Every version of a rule, newest first; also of one that was deleted. */
export async function historyOfRule(
  ctx: AuthorizedContext,
  ref: RuleRef,
): Promise<{ items: z.infer<typeof ruleRevision>[] }> {
  const { source_id } = await findSource(ctx, ref.source);
  const versions = await rulesHistory(ctx.db, source_id, ref.rule_id);
  if (versions.length === 0) throw noSuchRule(ref, await rulesOfSource(ctx.db, source_id));
  return { items: versions.map((rule) => ({ ...viewOfRule(rule, ref.source), deleted: rule.deleted })) };
}

/** What a rule said, newest load first. */
export async function resultsOfOneRule(
  ctx: AuthorizedContext,
  input: RuleRef & { limit: number },
): Promise<{ items: Result[] }> {
  const source = await findSource(ctx, input.source);
  const { rule_id, limit } = input;
  const items = await resultsOfRule(ctx.db, { source_id: source.source_id, rule_id, limit });
  if (items.length === 0) await expectRule(ctx, { rule_id, source });
  return { items };
}

export function viewOfRule(rule: RuleVersion, source: string): RuleView {
  return {
    source_id: rule.source_id,
    source,
    rule_id: rule.rule_id,
    version: rule.version,
    kind: rule.kind,
    ...describeRule(rule.spec),
    changed_at: rule.changed_at,
    changed_by: rule.changed_by,
    why: rule.why,
  };
}

function noSuchRule(ref: RuleRef, rules: readonly RuleVersion[]): RequestProblem {
  const near = didYouMean(
    ref.rule_id,
    rules.map((rule) => rule.rule_id),
  );
  return new RequestProblem('not_found', `Source ${ref.source} has no rule called ${ref.rule_id}${near || '.'}`);
}

const order: readonly Result['verdict'][] = ['error', 'fail', 'warn', 'no_data', 'skipped', 'pass'];

function worstFirst(results: readonly Result[]): RuleSummary['latest'] {
  return [...results]
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
    .slice(0, 50)
    .map(({ load_id, segment, window, verdict, value, finding }) => ({
      load_id,
      segment,
      window,
      verdict,
      value,
      finding,
    }));
}
