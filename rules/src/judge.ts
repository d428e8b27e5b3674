import { unitOf, type FittedRule, type Limits } from './bind-rule.ts';
import type { Measurement, Values } from './define.ts';
import type { Facts } from './facts.ts';
import { formatInstant } from './instant.ts';
import { groupsMax, type Plan, type PlannedRule } from './plan.ts';
import { readProfile } from './profile.ts';
import { formatCount, formatCounted, quantity, type Quantity } from './quantity.ts';
import type { ColumnProfile, RuleResult, Verdict } from './result.ts';
import { segmentText } from './row-set.ts';
import { profileValues, valuesOf } from './run-plan.ts';
import type { Answer, AnswerRow } from './statement.ts';
import { breaches, describeExpected, valueText, type Thresholds } from './threshold.ts';

/** What a check found. */
export interface Judgement {
  readonly profiles: readonly ColumnProfile[];
  /** One per rule × segment × window, in the order of the rules. */
  readonly results: readonly RuleResult[];
  /** Columns that could not be profiled, with the engine's reason. */
  readonly unprofiled: readonly { readonly column: string; readonly reason: string }[];
}

/** Turns answers into verdicts. Pure: the same answers and facts give the same judgement. */
export function judgePlan(plan: Plan, answers: readonly Answer[], facts: Facts): Judgement {
  return {
    ...profilesOf(plan, answers),
    results: plan.rules.flatMap((rule, index) => resultsOf(rule, index, answers, facts)),
  };
}

function profilesOf(plan: Plan, answers: readonly Answer[]): Pick<Judgement, 'profiles' | 'unprofiled'> {
  if (!plan.input.profile) return { profiles: [], unprofiled: [] };
  const shared = profileValues(answers, null);
  const profiles: ColumnProfile[] = [];
  const unprofiled: { column: string; reason: string }[] = [];
  for (const column of plan.input.columns) {
    const own = profileValues(answers, column.number);
    if (shared.kind === 'values' && own.kind === 'values') {
      profiles.push(readProfile(column, own.values, shared.values, plan.distinct_exact));
    } else {
      const failed = [shared, own].find((answered) => answered.kind === 'error');
      unprofiled.push({ column: column.name, reason: failed?.error ?? '' });
    }
  }
  return { profiles, unprofiled };
}

function resultsOf(rule: PlannedRule, index: number, answers: readonly Answer[], facts: Facts): RuleResult[] {
  if (rule.state === 'broken') return [without(rule, 'error', rule.reason, -1)];
  if (Object.keys(rule.measure.aggregates).length === 0)
    return [judged(rule, {}, { values: {}, facts, statement: -1 })];
  const found = valuesOf(answers, index);
  if (found.kind === 'error')
    return [without(rule, 'error', `the engine could not evaluate it: ${found.error}`, found.statement)];
  const groups = [...found.values.values()];
  if (groups.length > groupsMax) {
    return [
      without(
        rule,
        'error',
        `it has more than ${String(groupsMax)} segments and windows: choose columns with fewer values or a longer window`,
        found.statement,
      ),
    ];
  }
  const populated =
    rule.by.length === 0 && !rule.window ? groups : groups.filter(({ values }) => values['population'] !== '0');
  if (populated.length === 0) return [without(rule, 'no_data', 'there are no rows to check', found.statement)];
  return populated
    .map(({ keys, values }) => judged(rule, keys, { values, facts, statement: found.statement }))
    .sort((a, b) => compareText(a.segment, b.segment) || compareText(a.window, b.window));
}

interface Measured {
  readonly values: Values;
  readonly facts: Facts;
  readonly statement: number;
}

function judged(rule: FittedRule, keys: AnswerRow, { values, facts, statement }: Measured): RuleResult {
  const base = { ...identity(rule), ...place(rule, keys), statement };
  const measurement = evaluate(rule, values, facts);
  if (measurement.kind === 'unmeasurable')
    return {
      ...base,
      ...blank(rule),
      verdict: 'error',
      reason: measurement.reason,
      finding: `${capitalized(measurement.reason)}.`,
    };
  const failed = measurement.kind === 'counted' ? measurement.failed : 0n;
  const rows =
    rule.kind.counts === 'columns'
      ? { rows_checked: '0', rows_failed: '0' }
      : { rows_checked: String(measurement.checked), rows_failed: String(failed) };
  const least = BigInt(rule.rule.min_rows ?? rule.kind.min_rows);
  if (measurement.kind === 'empty' || measurement.checked < least) {
    const reason =
      measurement.kind === 'empty'
        ? measurement.reason
        : `only ${formatCounted(measurement.checked, rule.kind.counts)} to check, fewer than ${String(least)}`;
    return { ...base, ...blank(rule), ...rows, verdict: 'no_data', reason, finding: `${capitalized(reason)}.` };
  }
  const level = levelOf(rule, measurement);
  return {
    ...base,
    ...rows,
    verdict: level.verdict,
    measure: level.measure,
    value: valueText(level.value, unitOf(rule, level.measure)),
    expected: level.expected,
    finding: `${capitalized(rule.bound.finding(measurement))}${level.expected === '' ? '' : `; expected ${level.expected}`}.${sharedWith(values)}`,
    reason: '',
  };
}

/** That rows of other files took part in a window; empty where none did. */
function sharedWith({ population, own_rows: own }: Values): string {
  if (typeof population !== 'string' || typeof own !== 'string' || population === own) return '';
  const inFile = own === '0' ? 'none is' : own === '1' ? '1 is' : `${formatCount(BigInt(own))} are`;
  return ` Of the ${formatCounted(BigInt(population), 'rows')} looked at in this window, ${inFile} in this file.`;
}

interface Level {
  readonly verdict: 'pass' | 'warn' | 'fail';
  readonly measure: keyof Thresholds;
  readonly value: Quantity;
  readonly expected: string;
}

function levelOf(rule: FittedRule, measurement: Measurement & { kind: 'counted' | 'valued' }): Level {
  const value = (measure: keyof Thresholds): Quantity => {
    if (measurement.kind === 'valued') return measurement.value;
    if (measure === 'count') return quantity(measurement.failed);
    return measurement.checked === 0n ? quantity(0n) : quantity(measurement.failed, measurement.checked);
  };
  const { fail, warn } = rule.limits;
  for (const [verdict, limits] of [
    ['fail', fail],
    ['warn', warn],
  ] as const) {
    const broken = limits.find(({ measure, limit }) => breaches(limit, value(measure)));
    if (broken)
      return { verdict, measure: broken.measure, value: value(broken.measure), expected: expectation(rule, [broken]) };
  }
  const tightest = warn.length > 0 ? warn : fail;
  const measure = tightest[0]?.measure ?? rule.kind.judges[0] ?? 'count';
  if (tightest.length > 0)
    return { verdict: 'pass', measure, value: value(measure), expected: expectation(rule, tightest) };
  const violated = measurement.kind === 'counted' && measurement.failed > 0n;
  return { verdict: violated ? 'fail' : 'pass', measure, value: value(measure), expected: 'none' };
}

function expectation(rule: FittedRule, limits: Limits): string {
  return limits
    .map(
      ({ measure, limit }) =>
        `${measure === 'value' ? '' : `${measure} `}${describeExpected(limit, unitOf(rule, measure))}`,
    )
    .join(' and ');
}

function evaluate(rule: FittedRule, values: Values, facts: Facts): Measurement {
  try {
    return rule.bound.evaluate(values, facts);
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'unmeasurable', reason: error.message };
    throw error;
  }
}

function identity({ rule, version }: { readonly rule: FittedRule['rule']; readonly version: string }) {
  return {
    rule_id: rule.rule_id,
    version,
    kind: rule.kind,
    severity: rule.severity,
    mode: rule.mode === 'shadow' ? ('shadow' as const) : ('active' as const),
  };
}

function place(rule: FittedRule, keys: AnswerRow): Pick<RuleResult, 'segment' | 'segment_values' | 'window'> {
  const names = rule.by.map((column) => column.name);
  const values = names
    .map((_, index) => keys[`s_${String(index)}`])
    .map((value) => (typeof value === 'string' ? value : null));
  const start = keys['w_0'];
  return {
    segment: names.length === 0 ? '' : segmentText(names, values),
    segment_values: values,
    window: typeof start === 'string' ? formatInstant(BigInt(start) * 1_000_000_000n, 0) : '',
  };
}

function blank(rule: { readonly rule: FittedRule['rule']; readonly kind?: FittedRule['kind'] }) {
  return {
    value: null,
    measure: rule.kind?.judges[0] ?? ('count' as const),
    expected: '',
    rows_checked: '0',
    rows_failed: '0',
  };
}

function without(
  rule: PlannedRule,
  verdict: Verdict & ('error' | 'no_data'),
  reason: string,
  statement: number,
): RuleResult {
  const shown = rule.state === 'fitted' ? blank(rule) : blank({ rule: rule.rule });
  return {
    ...identity(rule),
    ...shown,
    segment: '',
    segment_values: [],
    window: '',
    verdict,
    reason,
    finding: `${capitalized(reason)}.`,
    statement,
  };
}

function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
