import {
  stepVersion,
  commitOfLoad,
  loadById,
  newId,
  timestampOf,
  writeAnomalies,
  writeCheck,
  writeCommit,
  writeFailedRows,
  writeProfiles,
  writeResults,
  type Commit,
  type FailedRow,
  type Querier,
} from '@assay/clickhouse';
import { anomalyOf, loadVerdict, type EvidenceRow } from '@assay/rules';
import type { CheckLoadInput, CheckLoadResult, LoadFileResult, LoadIdentity } from '@assay/workflows';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDeps } from './deps.ts';
import type { Beat } from './heartbeat.ts';
import { judgeRows, type Judged } from './judge-rows.ts';
import { storedSource } from './read-source.ts';
import { sourceRemoved } from './source-removed.ts';
import { sourceSettings } from './source-settings.ts';
import { undeclaredProfiles } from './undeclared-profiles.ts';
import { writeStep } from './write-step.ts';

type Loaded = Extract<LoadFileResult, { outcome: 'loaded' | 'partial' }>;

/**
 * Commits exactly the chunks of its input, then judges them with the rules of this moment under a fresh check id. A repeated attempt
 * writes the same commit again and a check of its own; only the one that the workflow goes on with is ever shown.
 */
export async function checkLoad(deps: ActivityDeps, input: CheckLoadInput, beat: Beat): Promise<CheckLoadResult> {
  const { load, loaded, generation } = input;
  const db = deps.connection.querier(load.tenant);
  if (loaded?.outcome === 'refused') return refused(loaded.reason, timestampOf(deps.now()));

  const commit = loaded === null ? await storedCommit(db, load) : commitOf(load, loaded, timestampOf(deps.now()));
  deps.reached('load.commit:before');
  // What is read again takes the place of a commit only once it is judged.
  if (loaded !== null && generation === 0) await writeCommit(db, commit);
  deps.reached('load.commit:after');

  const counts = totals(commit);
  // Nobody who judges needs to see this step, so it is written meanwhile.
  const [judged] = await Promise.all([
    judgeLoad(deps, { db, load, commit, counts, beat }),
    loaded === null ? undefined : tellChecking(deps, db, { input, loaded, counts }),
  ]);
  return record(deps, { db, input, commit, ...judged });
}

function tellChecking(
  deps: ActivityDeps,
  db: Querier,
  { input, loaded, counts }: { input: CheckLoadInput; loaded: Loaded; counts: Counts },
): Promise<unknown> {
  const { load, generation, workflow_id, run_id } = input;
  const { format, compression, findings } = loaded;
  const step = { version: stepVersion(generation, 'checking'), state: 'checking', workflow_id, run_id } as const;
  const known = { ...counts, format, compression, findings: [...findings], committed_at: timestampOf(deps.now()) };
  return writeStep(db, load, { ...step, ...known }, deps.now());
}

/** Judges committed rows with the rules of this moment, under a fresh check id. */
async function judgeLoad(
  deps: ActivityDeps,
  { db, load, commit, counts, beat }: { db: Querier; load: LoadIdentity; commit: Commit; counts: Counts; beat: Beat },
): Promise<{ check_id: string; started_at: string; judged: Judged }> {
  const state = await storedSource(db, load.source);
  if (state?.source_id !== load.source_id) {
    throw ApplicationFailure.nonRetryable(sourceRemoved(load).message, 'source_removed');
  }
  const check_id = newId(deps.now());
  const started_at = timestampOf(deps.now());
  const [judged, undeclared] = await Promise.all([
    judgeRows(deps, { db, load, commit, counts, state, settings: sourceSettings(state), beat }),
    undeclaredProfiles(db, commit, counts.rows),
  ]);
  const profiles = [...judged.profiles, ...undeclared];
  return { check_id, started_at, judged: { ...judged, profiles } };
}

function refused(reason: string, checked_at: string): CheckLoadResult {
  return {
    check_id: '0',
    verdict: 'error',
    summary: `refused: ${reason}`,
    anomalies: 0,
    checked_at,
    event_from: null,
    event_to: null,
  };
}

async function storedCommit(db: Querier, load: LoadIdentity): Promise<Commit> {
  const commit = await commitOfLoad(db, load.source_id, load.load_id);
  if (commit !== undefined) return commit;
  throw ApplicationFailure.nonRetryable(`load ${load.load_id} has no committed rows to check`, 'nothing_committed');
}

function commitOf(load: LoadIdentity, loaded: Loaded, decided_at: string): Commit {
  return {
    source_id: load.source_id,
    load_id: load.load_id,
    version: 1,
    state: 'committed',
    chunk_ids: loaded.chunks.map((chunk) => chunk.chunk_id),
    chunk_rows: loaded.chunks.map((chunk) => chunk.rows),
    chunk_rejects: loaded.chunks.map((chunk) => chunk.rejects),
    columns: JSON.stringify(loaded.columns),
    seen: JSON.stringify(loaded.seen),
    event_from: null,
    event_to: null,
    decided_at,
    decided_by: 'system',
    reason: loaded.reason,
    damage: '',
    storm: '',
  };
}

interface Counts {
  readonly records: string;
  readonly rows: string;
  readonly rejects: string;
}

function totals(commit: Commit): Counts {
  const sum = (counts: readonly string[]) => counts.reduce((total, count) => total + BigInt(count), 0n);
  const rows = sum(commit.chunk_rows);
  const rejects = sum(commit.chunk_rejects);
  return { records: String(rows + rejects), rows: String(rows), rejects: String(rejects) };
}

/** Writes all that a check found, in any order: nothing of it shows before the check is put in force. */
async function record(
  deps: ActivityDeps,
  check: {
    db: Querier;
    input: CheckLoadInput;
    commit: Commit;
    check_id: string;
    started_at: string;
    judged: Judged;
  },
): Promise<CheckLoadResult> {
  const { db, input, check_id, judged } = check;
  const { load } = input;
  const { verdict, summary } = verdictOf(await damageOf(db, input), judged);
  const checked_at = timestampOf(deps.now());
  const keys = { source_id: load.source_id, load_id: load.load_id, check_id };
  const anomalies = judged.results.flatMap((result) => {
    const anomaly = anomalyOf(check_id, result);
    if (anomaly === undefined) return [];
    const evidence = judged.evidence.filter(({ rule_ids, segments }) =>
      rule_ids.some((rule_id, place) => rule_id === result.rule_id && segments[place] === result.segment),
    ).length;
    return [{ ...keys, ...anomaly, evidence: String(evidence), incident_id: '0', found_at: checked_at }];
  });

  deps.reached('check.record:before');
  await Promise.all([
    writeCheck(db, {
      load_id: load.load_id,
      check_id,
      version: 1,
      source_id: load.source_id,
      state: 'running',
      rules: [...judged.rules],
      chunk_ids: check.commit.chunk_ids,
      window_loads: [...judged.window_loads],
      verdict,
      summary,
      statements: judged.runner.statements,
      rows_read: String(judged.runner.rows_read),
      duration_ms: String(judged.runner.duration_ms),
      started_at: check.started_at,
      finished_at: checked_at,
      trigger: input.trigger,
    }),
    writeProfiles(
      db,
      judged.profiles.map((profile) => ({ ...keys, ...profile })),
    ),
    writeResults(
      db,
      judged.results.map(({ segment_values: _values, ...result }) => ({
        ...keys,
        ...result,
        duration_ms: String(judged.runner.durationOf(result.statement)),
        judged_at: checked_at,
      })),
    ),
    writeFailedRows(
      db,
      judged.evidence.map((row) => evidenceRow({ ...keys, row })),
    ),
    writeAnomalies(db, anomalies),
  ]);
  deps.reached('check.record:after');
  return {
    check_id,
    verdict,
    summary,
    anomalies: anomalies.length,
    checked_at,
    event_from: judged.range?.from ?? null,
    event_to: judged.range?.to ?? null,
  };
}

/** Why a file could not be read to its end; null for a whole one, and for one that somebody decided about since. */
async function damageOf(db: Querier, { load, loaded }: CheckLoadInput): Promise<string | null> {
  if (loaded !== null) return loaded.outcome === 'partial' ? loaded.reason : null;
  const stored = await loadById(db, load.load_id);
  return stored?.state === 'partial' ? stored.reason : null;
}

/** A file that was damaged on the way cannot be trusted, whatever its rules say of the part that arrived. */
function verdictOf(damage: string | null, judged: Judged): ReturnType<typeof loadVerdict> {
  const found = loadVerdict(judged.results);
  if (damage === null) return found;
  return { verdict: 'error', summary: `damaged: ${damage} Of the part that could be read, ${found.summary}.` };
}

function evidenceRow({ row, load_id, check_id }: { row: EvidenceRow; load_id: string; check_id: string }): FailedRow {
  const { line, byte_offset, rule_ids, reasons, segments } = row;
  return {
    load_id,
    check_id,
    line,
    byte_offset,
    rule_ids: [...rule_ids],
    reasons: [...reasons],
    segments: [...segments],
    failing_columns: [...row.failing_columns],
    key: { ...row.key },
    columns: { ...row.columns },
  };
}
