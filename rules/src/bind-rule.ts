import type { Column } from './column.ts';
import type { BoundRule, RuleKind, RuleMeasure, RuleScope } from './define.ts';
import { contractProblems, kindOf } from './document.ts';
import type { Rule } from './kinds/registry.gen.ts';
import { quoteName } from './name.ts';
import { RuleProblem, type Problem } from './problem.ts';
import { windowSeconds } from './rule-fields.ts';
import { scopeOf } from './scope.ts';
import { sql, type Sql } from './sql.ts';
import { parseLimit, type Limit, type Thresholds, type Unit } from './threshold.ts';
import { thresholdProblems } from './threshold-problems.ts';

/** A rule that fits its source: everything a plan and a judgement need, already as SQL and limits. */
export interface FittedRule {
  readonly rule: Rule;
  readonly version: string;
  readonly kind: RuleKind;
  readonly bound: BoundRule;
  readonly measure: RuleMeasure;
  readonly where: Sql | null;
  readonly by: readonly Column[];
  readonly window: { readonly seconds: number; readonly time: Column } | null;
  /** What the value means, if the rule measures one. */
  readonly unit: Unit;
  readonly limits: Readonly<Record<'fail' | 'warn', Limits>>;
  /** Columns the rule reads. */
  readonly columns: readonly string[];
  readonly evidence: readonly Column[];
}

export type Limits = readonly { readonly measure: keyof Thresholds; readonly limit: Limit }[];

/** A rule with the version that is in force. */
export interface VersionedRule {
  readonly rule: Rule;
  readonly version: string;
}

/** Fits a rule to the columns of its source. @throws RuleProblem naming the first thing that does not fit. */
export function bindRule(
  { rule, version }: VersionedRule,
  columns: readonly Column[],
  event_time: string | null,
): FittedRule {
  const kind = kindOf(rule.kind);
  if (!kind) throw new RuleProblem(['kind'], `there is no kind of rule called ${quoteName(rule.kind)}`);
  const [contract] = contractProblems(rule.kind, rule);
  if (contract) throw new RuleProblem(contract.path, contract.message);
  const scope = scopeOf(columns, event_time);
  const bound = kind.bind(rule.config, rule.description);
  const measure = bound.measure(scope);
  const unit = kind.judges.includes('value') ? bound.unit(scope) : 'number';
  const [threshold] = thresholdProblems(rule, unit);
  if (threshold) throw new RuleProblem(threshold.path, threshold.message);
  return {
    rule,
    version,
    kind,
    bound,
    measure,
    where: rule.where === null ? null : sql`ifNull(${scope.expression('where', rule.where).sql}, 0)`,
    by: rule.by.map((name) => segmentColumn(scope, name)),
    window: rule.window === null ? null : { seconds: windowSeconds(rule.window), time: timeColumn(scope, event_time) },
    unit,
    limits: { fail: limitsOf(rule, 'fail'), warn: limitsOf(rule, 'warn') },
    columns: bound.columns(scope),
    evidence: rule.evidence.map((name) => scope.column('evidence', name)),
  };
}

/** Everything that keeps a rule from fitting its source, for the moment it is saved. */
export function ruleProblems(rule: Rule, columns: readonly Column[], event_time: string | null): Problem[] {
  try {
    bindRule({ rule, version: '0' }, columns, event_time);
    return [];
  } catch (error) {
    if (error instanceof RuleProblem) return [{ path: error.path, message: error.message }];
    throw error;
  }
}

/** The unit in which a measure of the rule is compared and shown. */
export function unitOf(fitted: FittedRule, measure: keyof Thresholds): Unit {
  return measure === 'value' ? fitted.unit : measure;
}

function segmentColumn(scope: RuleScope, name: string): Column {
  const column = scope.column('by', name);
  if (column.masked)
    throw new RuleProblem(['by'], `column ${quoteName(name)} is masked: its values cannot name segments`);
  return column;
}

function timeColumn(scope: RuleScope, event_time: string | null): Column {
  if (event_time === null)
    throw new RuleProblem(['window'], 'the source has no `event_time`, which windows are cut by');
  return scope.column('window', event_time, ['date', 'time']);
}

function limitsOf(rule: Rule, level: 'fail' | 'warn'): Limits {
  const given = rule[level];
  if (given === null) return [];
  return (['count', 'share', 'value'] as const).flatMap((measure) => {
    const text = given[measure];
    if (text === undefined) return [];
    const limit = parseLimit(text);
    if (typeof limit === 'string') throw new RuleProblem([level, measure], limit);
    return [{ measure, limit }];
  });
}
