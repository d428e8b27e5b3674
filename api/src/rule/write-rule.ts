import { rulesHistory } from '@assay/clickhouse';
import type { RuleText } from '@assay/workflows';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem, sentence } from '../problem.ts';
import type { RuleValidation, RuleView } from '../shapes/rule.ts';
import { findSource } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { checkRule } from './check-rule.ts';
import { readRule } from './read-rule.ts';

interface RuleRef {
  readonly source: string;
  readonly rule_id: string;
}

interface Change {
  readonly why: string;
  readonly expected_version?: number | null | undefined;
}

type WrittenRule = Readonly<Record<string, unknown>>;

/** Creates or changes a rule; from the next load on it judges. */
export async function putRule(
  ctx: AuthorizedContext,
  input: RuleRef & Change & { rule: WrittenRule },
): Promise<RuleView> {
  const { source, rule_id, rule } = input;
  const named = rule['id'] ?? rule_id;
  if (named !== rule_id) {
    throw new RequestProblem(
      'invalid_input',
      `The rule calls itself ${JSON.stringify(named)}, the address ${rule_id}: they must agree.`,
    );
  }
  const text = await textOfRule(ctx, source, { ...rule, id: rule_id });
  return editRule(ctx, input, text, 'rule.put');
}

/** Makes an old version the present one, as a new version. */
export async function restoreRule(
  ctx: AuthorizedContext,
  input: RuleRef & Change & { version: number },
): Promise<RuleView> {
  const { source_id } = await findSource(ctx, input.source);
  const versions = await rulesHistory(ctx.db, source_id, input.rule_id);
  const old = versions.find((rule) => rule.version === String(input.version) && !rule.deleted);
  if (old === undefined) {
    throw new RequestProblem(
      'not_found',
      `Rule ${input.rule_id} of ${input.source} has no version ${input.version} to restore.`,
    );
  }
  const why = input.why === '' ? `restored version ${input.version}` : input.why;
  const { rule_id, kind, spec } = old;
  return editRule(ctx, { ...input, why }, { rule_id, kind, spec }, 'rule.restore');
}

/** Ends a rule; its results stay. Throws `conflict` when the source was changed since `expected_version`. */
export async function deleteRule(
  ctx: AuthorizedContext,
  input: RuleRef & Change,
): Promise<{ source: string; rule_id: string; version: number }> {
  const { source, rule_id } = input;
  const before = await readRule(ctx, input);
  const { actor, tenant } = ctx.caller;
  const state = await ctx.services.orchestrator.editSource({
    ref: { tenant, source },
    if_new: null,
    edit: { kind: 'delete_rule', rule_id, actor, why: input.why, expected_version: input.expected_version ?? null },
    update_id: ctx.request_id,
  });
  await recordDeed(ctx, { action: 'rule.delete', subject: subjectOf(input), before: before.rule });
  return { source, rule_id, version: state.version };
}

/** Whether a rule could be saved, without saving it. */
export async function validateRule(
  ctx: AuthorizedContext,
  input: { source: string; rule: WrittenRule },
): Promise<RuleValidation> {
  const source = await findSource(ctx, input.source);
  const read = await checkRule(ctx, input.rule, source);
  return read.ok ? { valid: true, problems: [] } : { valid: false, problems: [...read.problems] };
}

async function textOfRule(ctx: AuthorizedContext, source: string, rule: WrittenRule): Promise<RuleText> {
  const read = await checkRule(ctx, rule, await findSource(ctx, source));
  if (read.ok) return read.value;
  const [first] = read.problems;
  throw new RequestProblem('invalid_input', sentence(`The rule is not valid: ${first?.message ?? ''}`), {
    fields: read.problems,
  });
}

async function editRule(
  ctx: AuthorizedContext,
  input: RuleRef & Change,
  rule: RuleText,
  action: 'rule.put' | 'rule.restore',
): Promise<RuleView> {
  const { source_id } = await findSource(ctx, input.source);
  const [before] = await rulesHistory(ctx.db, source_id, input.rule_id);
  const { actor, tenant } = ctx.caller;
  await ctx.services.orchestrator.editSource({
    ref: { tenant, source: input.source },
    if_new: null,
    edit: { kind: 'put_rule', rule, actor, why: input.why, expected_version: input.expected_version ?? null },
    update_id: ctx.request_id,
  });
  const after = await readRule(ctx, input);
  await recordDeed(ctx, {
    action,
    subject: subjectOf(input),
    before: before === undefined || before.deleted ? undefined : JSON.parse(before.spec),
    after: JSON.parse(rule.spec),
  });
  return after;
}

function subjectOf(ref: RuleRef): string {
  return `source:${ref.source}/rule:${ref.rule_id}`;
}
