import type { Anomaly, Result, Severity } from '@assay/clickhouse';

/** What one rule said of one segment of a load: the worst of its windows. One incident hears it. */
export interface Judgement {
  readonly rule_id: string;
  readonly segment: string;
  readonly kind: string;
  readonly verdict: 'pass' | 'warn' | 'fail' | 'error';
  readonly severity: Severity;
  readonly anomaly_id: string;
  readonly finding: string;
  readonly rows_failed: string;
}

/** From what proves nothing bad to what does. */
const order: readonly Judgement['verdict'][] = ['pass', 'error', 'warn', 'fail'];

/** Joins the results of a check to one judgement per rule and segment. Results that prove nothing (skipped, no data) and rules in shadow say nothing. */
export function judgements(results: readonly Result[], anomalies: readonly Anomaly[]): Judgement[] {
  const found = new Map(anomalies.map((anomaly) => [keyOf(anomaly, anomaly.window), anomaly]));
  const worst = new Map<string, Judgement>();
  for (const result of results) {
    const { verdict } = result;
    if (verdict === 'skipped' || verdict === 'no_data' || result.mode === 'shadow') continue;
    const key = keyOf(result, '');
    const before = worst.get(key);
    if (before !== undefined && order.indexOf(before.verdict) >= order.indexOf(verdict)) continue;
    const anomaly = found.get(keyOf(result, result.window));
    worst.set(key, {
      rule_id: result.rule_id,
      segment: result.segment,
      kind: result.kind,
      verdict,
      severity: result.severity,
      anomaly_id: anomaly?.anomaly_id ?? '0',
      finding: result.window === '' ? result.finding : `In the window from ${result.window}: ${result.finding}`,
      rows_failed: result.rows_failed,
    });
  }
  return [...worst.values()];
}

/** The segments of the rules that could be judged, whatever came of it; a rule without rows has one without a name. */
export function judgedSegments(results: readonly Result[]): { readonly rule_id: string; readonly segment: string }[] {
  const unjudged = new Set(
    results.filter(({ verdict, mode }) => verdict === 'error' || mode === 'shadow').map(({ rule_id }) => rule_id),
  );
  return results
    .filter(({ rule_id, verdict }) => !unjudged.has(rule_id) && verdict !== 'skipped')
    .map(({ rule_id, segment }) => ({ rule_id, segment }));
}

function keyOf(key: { readonly rule_id: string; readonly segment: string }, window: string): string {
  return JSON.stringify([key.rule_id, key.segment, window]);
}
