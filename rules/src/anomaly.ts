import type { RuleResult } from './result.ts';
import type { Severity } from './rule-fields.ts';

/** A result worth telling, before it is stored. */
export interface AnomalyDraft {
  /** The same for the same check, rule, segment and window, whoever computes it: a UInt64 above zero, as decimal text. */
  readonly anomaly_id: string;
  readonly rule_id: string;
  readonly version: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly verdict: 'warn' | 'fail' | 'error';
  readonly segment: string;
  readonly window: string;
  readonly value: string | null;
  readonly expected: string;
  readonly finding: string;
  readonly rows_checked: string;
  readonly rows_failed: string;
}

/** The anomaly of a result; undefined when it is none: a pass, nothing proven, or a rule in shadow. */
export function anomalyOf(check_id: string, result: RuleResult): AnomalyDraft | undefined {
  const { verdict, mode } = result;
  if (mode === 'shadow' || (verdict !== 'warn' && verdict !== 'fail' && verdict !== 'error')) return undefined;
  const { rule_id, version, kind, severity, segment, window, value, expected, finding, rows_checked, rows_failed } =
    result;
  const anomaly_id = deterministicId(['anomaly', check_id, rule_id, segment, window]);
  return {
    anomaly_id,
    rule_id,
    version,
    kind,
    severity,
    verdict,
    segment,
    window,
    value,
    expected,
    finding,
    rows_checked,
    rows_failed,
  };
}

/** A UInt64 above zero as decimal text, the same for the same parts (FNV-1a over their JSON in UTF-8). */
export function deterministicId(parts: readonly string[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(JSON.stringify(parts))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return String(hash === 0n ? 1n : hash);
}
