import {
  countRules,
  listRulePage,
  resultsOfRule,
  rulesHistory,
  rulesOfSource,
  segmentsOfRule,
  sourcesById,
  worstResults,
  type ListedRule,
  type Result,
  type RuleVersion,
} from '@assay/clickhouse';
import { didYouMean } from '@assay/rules';
import type { z } from 'zod';
import { describeRule } from '../documents.ts';
import { RequestProblem } from '../problem.ts';
import type { RulePage, RuleResultPage, RuleSummary, RuleView, ruleRevision } from '../shapes/rule.ts';
import { findSource } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { columnsRead } from './columns-read.ts';
import { expectRule } from './expect-rule.ts';
import { judgedResults } from './judged-results.ts';

interface RuleRef {
  readonly source: string;
  readonly rule_id: string;
}

/** A rule in force. Throws `not_found`, with the nearest rule there is. */
export async function readRule(ctx: AuthorizedContext, ref: RuleRef): Promise<RuleView> {
  const { source_id } = await findSource(ctx, ref.source);
  const rules = await rulesOfSource(ctx.db, source_id);
  const found = rules.find((rule) => rule.rule_id === ref.rule_id);
  if (found === undefined) throw noSuchRule(ref, rules);
  return viewOfRule(found, ref.source);
}

/** As many results of a rule as a list tells. */
const latestMost = 50;

/** A page of rules by source and id, each with what it said of the newest judged load. As many statements for one source as for all. */
export async function listRulesWithVerdicts(
  ctx: AuthorizedContext,
  input: {
    source?: string | undefined;
    verdict?: ListedRule['verdict'] | undefined;
    text?: string | undefined;
    limit: number;
    offset: number;
  },
): Promise<RulePage> {
  const { source, verdict, text, limit, offset } = input;
  const only = source === undefined ? undefined : await findSource(ctx, source);
  const filter = { source_id: only?.source_id, text };
  const [rules, by_verdict] = await Promise.all([
    listRulePage(ctx.db, { ...filter, verdict, limit, offset }),
    countRules(ctx.db, filter),
  ]);
  const judged = rules.filter((rule) => rule.verdict !== '');
  const checks = [...new Map(judged.map(({ load_id, check_id }) => [check_id, { load_id, check_id }])).values()];
  const rule_ids = [...new Set(judged.map((rule) => rule.rule_id))];
  const source_ids = [...new Set(rules.map((rule) => rule.source_id))];
  const [latest, sources] = await Promise.all([
    judged.length === 0 ? [] : worstResults(ctx.db, { checks, rule_ids, per_rule: latestMost }),
    only === undefined ? sourcesById(ctx.db, source_ids) : [only],
  ]);
  const byRule = Map.groupBy(latest, (result) => `${result.source_id} ${result.rule_id}`);
  const known = new Map(sources.map((of) => [of.source_id, of]));
  const items = rules.flatMap((rule) => {
    const of = known.get(rule.source_id);
    if (of === undefined) return [];
    const results = byRule.get(`${rule.source_id} ${rule.rule_id}`) ?? [];
    return [{ ...viewOfRule(rule, of.name), columns: [...columnsRead(rule, of)], latest: results.map(briefly) }];
  });
  const counted = by_verdict.filter((count) => verdict === undefined || count.verdict === verdict);
  return { items, total: counted.reduce((sum, count) => sum + count.rules, 0), by_verdict };
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

/** What a rule said, newest load first, each with the limits of the version that judged. */
export async function resultsOfOneRule(
  ctx: AuthorizedContext,
  input: RuleRef & { segment?: string | undefined; limit: number; offset: number },
): Promise<RuleResultPage> {
  const source = await findSource(ctx, input.source);
  const { rule_id, segment, limit, offset } = input;
  const { source_id } = source;
  const [found, segments] = await Promise.all([
    resultsOfRule(ctx.db, { source_id, rule_id, segment, limit, offset }),
    segmentsOfRule(ctx.db, { source_id, rule_id }),
  ]);
  if (segments.length === 0) await expectRule(ctx, { rule_id, source });
  const items = await judgedResults(ctx, source_id, found);
  const counted = segments.filter((one) => segment === undefined || one.segment === segment);
  return { items, total: counted.reduce((sum, { results }) => sum + results, 0), segments };
}

function viewOfRule(rule: RuleVersion, source: string): RuleView {
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

function briefly({ load_id, segment, window, verdict, value, finding }: Result): RuleSummary['latest'][number] {
  return { load_id, segment, window, verdict, value, finding };
}
