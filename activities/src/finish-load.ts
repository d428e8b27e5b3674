import {
  stepVersion,
  anomaliesOfCheck,
  checkById,
  commitOfLoad,
  commitBefore,
  loadById,
  resultsOfCheck,
  timestampOf,
  writeAnomalies,
  writeCheck,
  writeCommit,
  writePublishedView,
  type Anomaly,
  type Commit,
  type Publication,
  type Querier,
  type Result,
} from '@assay/clickhouse';
import type { FinishLoadInput, FinishLoadResult, LoadIdentity } from '@assay/workflows';
import { decidePublication } from '@assay/workflows/client';
import { ApplicationFailure } from '@temporalio/common';
import { columnsOfCommit } from './committed-rows.ts';
import type { ActivityDeps } from './deps.ts';
import type { IncidentDeps } from './incident/incident-deps.ts';
import { raiseJudgements, type Raised } from './incident/raise-judgements.ts';
import { judgedSegments, judgements } from './judgements.ts';
import { endLoad } from './end-load.ts';
import { outcomeOf, type Outcome } from './publication.ts';
import { fileJudgement, hasRecords } from './file-judgement.ts';
import { storedSource } from './read-source.ts';
import { sourceRemoved } from './source-removed.ts';
import { sourceSettings } from './source-settings.ts';
import { sweepLoad } from './sweep-load.ts';
import { unlessRemoved } from './unless-removed.ts';

/**
 * Puts the check in force, publishes or holds the load, tells incidents, and deletes rows that no commit names. Every step writes the
 * same again when repeated; incidents hear of a check once, whoever tells them.
 */
export async function finishLoad(deps: ActivityDeps & IncidentDeps, input: FinishLoadInput): Promise<FinishLoadResult> {
  const { load, loaded, checked } = input;
  const db = deps.connection.querier(load.tenant);
  const [source, previous] = await Promise.all([storedSource(db, load.source), commitBefore(db, load)]);
  const isGone = source?.source_id !== load.source_id;
  // Of a file that was refused the sender still sees why.
  if (isGone && loaded?.outcome !== 'refused') throw gone(load);
  const document = source === null ? undefined : sourceSettings(source).document;

  const telling = { input, labels: document?.labels ?? {}, previous };
  // Whoever takes the place of a load speaks first: what still fails is no news, and what is clean now resolves as clean.
  if (load.replaces !== '0' && !isGone && (await publicationInForce(db, load)) !== 'withdrawn') {
    await tellIncidents(deps, db, telling);
  }
  deps.reached('load.publish:before');
  const outcome = loaded === null ? null : outcomeOf(loaded, checked.verdict, document?.hold ?? 'nothing');
  const state =
    outcome === null ? await publishAgain(deps, db, input) : await publish(deps, db, { input, outcome, previous });
  deps.reached('load.publish:after');

  // A load that somebody withdrew while it was checked is no reason for an incident.
  const told = state === 'withdrawn' || isGone ? nothingTold : await tellIncidents(deps, db, telling);
  deps.reached('load.sweep:before');
  const swept = mayHaveLeftovers(loaded) ? await sweepLoad(db, load) : 0n;
  deps.reached('load.sweep:after');
  return { state, raised: told.raised.length, cleared: told.cleared, swept: String(swept) };
}

async function publicationInForce(db: Querier, load: LoadIdentity): Promise<Publication | undefined> {
  return (await commitOfLoad(db, load.source_id, load.load_id))?.state;
}

function gone(load: LoadIdentity): ApplicationFailure {
  return ApplicationFailure.nonRetryable(sourceRemoved(load).message, 'source_removed');
}

/** A file that was read once by one attempt left nothing but what is committed. */
function mayHaveLeftovers(loaded: FinishLoadInput['loaded']): boolean {
  if (loaded === null) return false;
  return loaded.outcome === 'refused' || !loaded.only_attempt;
}

/**
 * The first check of a load: its rows become published or held, and its record final.
 * @returns the state it ends in, with what was decided meanwhile
 */
async function publish(
  deps: ActivityDeps,
  db: Querier,
  { input, outcome, previous }: { input: FinishLoadInput; outcome: Outcome; previous: Commit | undefined },
): Promise<FinishLoadResult['state']> {
  const { load, checked } = input;
  const [known, commit] = await Promise.all([
    loadById(db, load.load_id),
    commitOfLoad(db, load.source_id, load.load_id),
    putInForce(db, input),
  ]);
  const takes = load.replaces !== '0' && outcome.publication === 'published';
  if (takes) await takePlace(deps, input, outcome);
  else if (outcome.publication !== null && commit?.version === 1) {
    await writeCommit(db, {
      ...commit,
      version: 2,
      state: outcome.publication,
      event_from: checked.event_from,
      event_to: checked.event_to,
      decided_at: checked.checked_at,
      reason: outcome.reason,
    });
  }
  await showColumns(db, load, { commit, previous });
  const after = takes ? await commitOfLoad(db, load.source_id, load.load_id) : undefined;
  const { state, reason } = after?.state === 'held' ? { state: after.state, reason: after.reason } : outcome;
  const end = { ...finalRow(input, deps.now()), state, reason };
  return endLoad(db, load, end, deps.now(), known);
}

/** A re-check changes what is known of a load, not what was decided about it. */
async function publishAgain(
  deps: ActivityDeps,
  db: Querier,
  input: FinishLoadInput,
): Promise<FinishLoadResult['state']> {
  const { load } = input;
  await putInForce(db, input);
  return endLoad(db, load, finalRow(input, deps.now()), deps.now());
}

/** The view for people follows the newest load, when its columns are other ones than before. */
async function showColumns(
  db: Querier,
  load: LoadIdentity,
  { commit, previous }: { commit: Commit | undefined; previous: Commit | undefined },
): Promise<void> {
  if (commit === undefined) return;
  if (previous?.columns === commit.columns) return;
  await writePublishedView(db, load.source_id, columnsOfCommit(commit));
}

/** What the last step of a load's workflow writes. */
export function finalRow(input: FinishLoadInput, now: number) {
  const { generation, workflow_id, run_id, checked, loaded } = input;
  return {
    version: stepVersion(generation, 'finished'),
    workflow_id,
    run_id,
    verdict: checked.verdict,
    summary: checked.summary,
    check_id: checked.check_id,
    checked_at: checked.checked_at,
    finished_at: timestampOf(now),
    ...(loaded?.outcome === 'refused' ? { format: loaded.format, compression: loaded.compression } : {}),
  };
}

/** The check that the workflow went on with is final; those of abandoned attempts never are. */
export async function putInForce(db: Querier, { load, checked }: FinishLoadInput): Promise<void> {
  if (checked.check_id === '0') return;
  const check = await checkById(db, load.load_id, checked.check_id);
  if (check === undefined) throw new Error(`check ${checked.check_id} of load ${load.load_id} left no record`);
  await writeCheck(db, { ...check, version: 2, state: 'final' });
}

/** Of all files that were sent to replace a load one takes its place: their source's workflow publishes them one after the other. */
async function takePlace(deps: ActivityDeps, { load, checked }: FinishLoadInput, outcome: Outcome): Promise<void> {
  const { event_from, event_to } = checked;
  const published = decidePublication(deps.temporal, {
    ref: { tenant: load.tenant, source: load.source },
    if_new: null,
    decision: {
      load_id: load.load_id,
      state: 'published',
      replaces: load.replaces,
      actor: load.actor,
      reason: outcome.reason,
      checked: { event_from, event_to },
    },
    update_id: `publish-${load.load_id}`,
  });
  if (!(await unlessRemoved(published))) throw gone(load);
}

const nothingTold: Raised = { raised: [], cleared: 0 };

/** History and re-checks tell nobody. Anomalies learn which incident they belong to. */
async function tellIncidents(
  deps: ActivityDeps & IncidentDeps,
  db: Querier,
  given: { input: FinishLoadInput; labels: Readonly<Record<string, string>>; previous: Commit | undefined },
): Promise<Raised> {
  const { input, labels, previous } = given;
  const { load, loaded, checked, trigger } = input;
  if (load.backfill || trigger === 'again' || loaded === null) return nothingTold;
  const [results, anomalies, waiting] = await Promise.all([
    resultsOfCheck(db, load.load_id, checked.check_id),
    anomaliesOfCheck(db, load.load_id, checked.check_id),
    notPassed(db, previous),
  ]);
  const told = await raiseJudgements(deps, {
    load,
    check_id: checked.check_id === '0' ? load.load_id : checked.check_id,
    labels,
    judgements: [fileJudgement(loaded), ...judgements(results, anomalies)],
    waiting,
    // An empty file shows of no segment that it is gone.
    segments: hasRecords(loaded) ? judgedSegments(results) : [],
  });
  await linkAnomalies(db, anomalies, told);
  return told;
}

/** The keys that did not pass in the check before: their incidents may not be written yet and still wait for good news. */
async function notPassed(db: Querier, previous: Commit | undefined): Promise<Result[]> {
  if (previous === undefined) return [];
  const load = await loadById(db, previous.load_id);
  if (load === undefined || load.check_id === '0' || load.verdict === 'pass') return [];
  const results = await resultsOfCheck(db, load.load_id, load.check_id);
  return results.filter((result) => result.verdict !== 'pass');
}

async function linkAnomalies(db: Querier, anomalies: readonly Anomaly[], told: Raised): Promise<void> {
  const incidents = new Map(told.raised.map((one) => [JSON.stringify([one.rule_id, one.segment]), one.incident_id]));
  const linked = anomalies.flatMap((anomaly) => {
    const incident_id = incidents.get(JSON.stringify([anomaly.rule_id, anomaly.segment]));
    return incident_id === undefined ? [] : [{ ...anomaly, incident_id }];
  });
  await writeAnomalies(db, linked);
}
