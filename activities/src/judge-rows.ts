import { commitsOverlapping, expiredOverlapping, type Commit, type Querier } from '@assay/clickhouse';
import {
  judgePlan,
  planCheck,
  rule,
  runPlan,
  sql,
  windowSeconds,
  type Column,
  type EvidenceRow,
  type Judgement,
  type Plan,
  type RuleResult,
  type VersionedRule,
} from '@assay/rules';
import type { LoadIdentity, SourceState } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';
import { eventRange, type EventRange } from './event-range.ts';
import { splitWindows, withLostWindows } from './expired-windows.ts';
import { fileFacts } from './file-facts.ts';
import { findEvidence } from './find-evidence.ts';
import type { Beat } from './heartbeat.ts';
import { committedRows, sameColumns } from './committed-rows.ts';
import { requireSameChunks } from './replaced-chunks.ts';
import { loadColumns, type SourceSettings } from './source-settings.ts';
import { StatementRunner } from './statement-runner.ts';
import { windowRows } from './window-rows.ts';

export interface JudgeRows {
  readonly db: Querier;
  readonly load: LoadIdentity;
  readonly commit: Commit;
  readonly counts: { readonly records: string; readonly rows: string; readonly rejects: string };
  readonly state: SourceState;
  readonly settings: SourceSettings;
  readonly beat: Beat;
}

/** Everything a check found out, not yet written. */
export interface Judged extends Judgement {
  readonly plan: Plan;
  readonly evidence: readonly EvidenceRow[];
  /** The pinned rules as `rule_id@version`. */
  readonly rules: readonly string[];
  /** Other loads whose rows took part in windows. */
  readonly window_loads: readonly string[];
  readonly range: EventRange | undefined;
  readonly runner: StatementRunner;
}

/** Measures and judges the committed rows of a load with the rules of the source's present version. */
export async function judgeRows(deps: ActivityDeps, given: JudgeRows): Promise<Judged> {
  const { db, load, commit, counts, state, settings, beat } = given;
  const columns = loadColumns(commit, settings.document);
  const rules = state.rules.map((stored): VersionedRule => ({
    rule: rule.parse(JSON.parse(stored.spec)),
    version: String(stored.version),
  }));
  const rows = committedRows(load.source_id, [commit]);
  const runner = new StatementRunner(db, beat, { hides: columns.some((column) => column.masked) });
  const event_time = settings.document.event_time;
  const times = await eventRange(runner, { columns, event_time, rows });
  const range = 'error' in times ? undefined : times.range;
  const { neighbours, expired } = await neighboursOf(given, { columns, rules, range });
  const touched = await windowRows(runner, {
    columns,
    event_time,
    times,
    rules: rules.map((versioned) => versioned.rule),
    load_rows: rows,
    all_rows: committedRows(load.source_id, [commit, ...neighbours]),
    own: neighbours.length === 0 ? undefined : sql`_assay_load_id = ${BigInt(load.load_id)}`,
  });
  const split = splitWindows(touched, expired);
  const windows = split.whole;

  deps.reached('check.measure:before');
  const plan = planCheck({ columns, event_time, rules, rows, row_count: BigInt(counts.rows), windows, profile: true });
  const answers = await runPlan(plan, (statement) => runner.run(statement));
  const facts = fileFacts({ load, commit, counts, columns, range, now: deps.now() });
  const judgement = judgePlan(plan, answers, facts);
  const evidence = await findEvidence(runner, { plan, results: judgement.results, key: settings.document.key });
  if (neighbours.length > 0) {
    requireSameChunks(neighbours, (await neighboursOf(given, { columns, rules, range })).neighbours);
  }
  deps.reached('check.measure:after');
  return {
    ...judgement,
    results: withLostWindows(judgement.results, rules, split).map((result) => withoutRows(result, evidence.not_found)),
    plan,
    evidence: evidence.rows,
    rules: rules.map((versioned) => `${versioned.rule.rule_id}@${versioned.version}`),
    window_loads: neighbours.map((neighbour) => neighbour.load_id),
    range,
    runner,
  };
}

/**
 * Loads that share event time with this one, when a rule looks at windows: published ones read with the same columns, and those whose
 * rows expired.
 */
async function neighboursOf(
  { db, load, commit }: JudgeRows,
  check: { columns: readonly Column[]; rules: readonly VersionedRule[]; range: EventRange | undefined },
): Promise<{ neighbours: Commit[]; expired: Commit[] }> {
  const lengths = check.rules.flatMap(({ rule: { window } }) => (window === null ? [] : windowSeconds(window) * 1_000));
  if (check.range === undefined || lengths.length === 0) return { neighbours: [], expired: [] };
  const longest = Math.max(...lengths);
  const from = new Date(Date.parse(check.range.from) - longest).toISOString();
  const to = new Date(Date.parse(check.range.to) + longest).toISOString();
  const span = { source_id: load.source_id, load_id: load.load_id, from, to };
  const [published, expired] = await Promise.all([commitsOverlapping(db, span), expiredOverlapping(db, span)]);
  return { neighbours: published.filter((other) => sameColumns(other, commit)), expired };
}

/** What failed has failed, whether its rows can be shown or not; the finding says when they cannot. */
function withoutRows(result: RuleResult, not_found: ReadonlyMap<string, string>): RuleResult {
  const why = not_found.get(result.rule_id);
  if (why === undefined || (result.verdict !== 'fail' && result.verdict !== 'warn')) return result;
  return { ...result, finding: `${result.finding} The rows behind it could not be looked up: ${why}` };
}
