import {
  evidenceRowsStatement,
  planEvidence,
  readEvidenceLines,
  readEvidenceRows,
  type EvidenceRow,
  type Plan,
  type RuleResult,
} from '@assay/rules';
import type { StatementRunner } from './statement-runner.ts';

/** The rows behind the failures of a check, and the rules whose rows the engine could not look up, each with its reason. */
export interface Evidence {
  readonly rows: readonly EvidenceRow[];
  readonly not_found: ReadonlyMap<string, string>;
}

/**
 * Looks up the rows behind what failed or warned, for all rules at once. What the engine refuses is asked again in halves until the one
 * rule at fault is alone: the others keep their rows.
 */
export async function findEvidence(
  runner: StatementRunner,
  check: { plan: Plan; results: readonly RuleResult[]; key: readonly string[] },
): Promise<Evidence> {
  const { plan, results, key } = check;
  const wanted = planEvidence(plan, results);
  if (wanted === undefined) return { rows: [], not_found: new Map() };
  const lines = await runner.ask(wanted.statement);
  if ('error' in lines) return halved(runner, check, lines.error);
  const found = readEvidenceLines(lines.rows);
  if (found.length === 0) return { rows: [], not_found: new Map() };
  const rows = await runner.ask(evidenceRowsStatement(plan, wanted, { lines: found, key }));
  if ('error' in rows) return halved(runner, check, rows.error);
  return { rows: readEvidenceRows(plan, wanted, { rows: rows.rows, key }), not_found: new Map() };
}

async function halved(
  runner: StatementRunner,
  check: Parameters<typeof findEvidence>[1],
  error: string,
): Promise<Evidence> {
  const rule_ids = (planEvidence(check.plan, check.results)?.sources ?? []).map(({ rule }) => rule.rule.rule_id);
  const [only] = rule_ids;
  if (rule_ids.length < 2) return { rows: [], not_found: new Map(only === undefined ? [] : [[only, error]]) };
  const middle = Math.ceil(rule_ids.length / 2);
  const halfOf = (ids: ReadonlySet<string>) =>
    findEvidence(runner, { ...check, results: check.results.filter(({ rule_id }) => ids.has(rule_id)) });
  const first = await halfOf(new Set(rule_ids.slice(0, middle)));
  const second = await halfOf(new Set(rule_ids.slice(middle)));
  return {
    rows: merged([...first.rows, ...second.rows]),
    not_found: new Map([...first.not_found, ...second.not_found]),
  };
}

/** A row that both halves found carries the reasons of both. */
function merged(rows: readonly EvidenceRow[]): EvidenceRow[] {
  const byPlace = new Map<string, EvidenceRow>();
  for (const row of rows) {
    const place = `${row.chunk_id} ${row.line}`;
    const before = byPlace.get(place);
    byPlace.set(place, before === undefined ? row : joined(before, row));
  }
  return [...byPlace.values()].sort((a, b) => (BigInt(a.line) < BigInt(b.line) ? -1 : 1));
}

function joined(one: EvidenceRow, other: EvidenceRow): EvidenceRow {
  return {
    ...one,
    rule_ids: [...one.rule_ids, ...other.rule_ids],
    reasons: [...one.reasons, ...other.reasons],
    segments: [...one.segments, ...other.segments],
    failing_columns: [...new Set([...one.failing_columns, ...other.failing_columns])],
    columns: { ...one.columns, ...other.columns },
  };
}
