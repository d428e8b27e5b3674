import type { Commit } from '@assay/clickhouse';
import { windowSeconds, type Rule, type RuleResult, type WindowProblem, type WindowRows } from '@assay/rules';

type Windows = ReadonlyMap<string, WindowRows | WindowProblem>;

/** A window that cannot be judged whole any more, because rows that lay in it expired. */
interface LostWindow {
  /** Seconds since 1970 as decimal text. */
  readonly start: string;
  readonly reason: string;
}

/** Windows that can be judged, and by their length those that cannot. */
export interface SplitWindows {
  readonly whole: Windows;
  readonly lost: ReadonlyMap<string, readonly LostWindow[]>;
}

/**
 * Takes out the windows that expired loads had rows in: what is left in them is not what happened.
 * @param expired commits of expired loads, with the range of their event times
 */
export function splitWindows(windows: Windows, expired: readonly Commit[]): SplitWindows {
  const whole = new Map<string, WindowRows | WindowProblem>();
  const lost = new Map<string, readonly LostWindow[]>();
  for (const [length, found] of windows) {
    if ('error' in found) {
      whole.set(length, found);
      continue;
    }
    const seconds = windowSeconds(length);
    const reasons = new Map(found.starts.map((start) => [start, reasonOf(start, seconds, expired)]));
    whole.set(length, { ...found, starts: found.starts.filter((start) => reasons.get(start) === '') });
    const gone = [...reasons].filter(([, reason]) => reason !== '').map(([start, reason]) => ({ start, reason }));
    if (gone.length > 0) lost.set(length, gone);
  }
  return { whole, lost };
}

function reasonOf(start: string, seconds: number, expired: readonly Commit[]): string {
  const from_ms = Number(start) * 1_000;
  const within = expired.filter(
    ({ event_from, event_to }) =>
      event_from !== null &&
      event_to !== null &&
      Date.parse(event_from) < from_ms + seconds * 1_000 &&
      Date.parse(event_to) >= from_ms,
  );
  const last_at = within
    .map((commit) => commit.decided_at)
    .sort()
    .at(-1);
  if (last_at === undefined) return '';
  const loads = within.length === 1 ? 'a load' : `${String(within.length)} loads`;
  return `rows of ${loads} in this window expired, the last on ${last_at.slice(0, 10)}`;
}

/** The results with one for every lost window of every rule that looks at windows: skipped, never judged on what is left. */
export function withLostWindows(
  results: readonly RuleResult[],
  rules: readonly { readonly rule: Rule; readonly version: string }[],
  { whole, lost }: SplitWindows,
): RuleResult[] {
  const skipped = rules.flatMap(({ rule, version }) =>
    (rule.window === null ? [] : (lost.get(rule.window) ?? [])).map((window) => skippedResult(rule, version, window)),
  );
  const windowless = new Set(
    rules
      .filter(({ rule: { window } }) => window !== null && lost.has(window) && isEmpty(whole.get(window)))
      .map(({ rule }) => rule.rule_id),
  );
  // That there was nothing to judge is said window by window.
  const told = results.filter((result) => !(windowless.has(result.rule_id) && result.verdict === 'no_data'));
  return [...told, ...skipped];
}

function isEmpty(windows: WindowRows | WindowProblem | undefined): boolean {
  return windows !== undefined && !('error' in windows) && windows.starts.length === 0;
}

function skippedResult(rule: Rule, version: string, { start, reason }: LostWindow): RuleResult {
  return {
    rule_id: rule.rule_id,
    version,
    kind: rule.kind,
    severity: rule.severity,
    mode: rule.mode === 'shadow' ? 'shadow' : 'active',
    segment: '',
    segment_values: [],
    window: new Date(Number(start) * 1_000).toISOString().replace('.000Z', 'Z'),
    value: null,
    measure: 'count',
    expected: '',
    verdict: 'skipped',
    rows_checked: '0',
    rows_failed: '0',
    finding: `Not judged: ${reason}.`,
    reason,
    statement: -1,
  };
}
