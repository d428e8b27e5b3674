import {
  commitOfLoad,
  finalStates,
  loadById,
  receivedLoad,
  stepVersion,
  timestampOf,
  writeCommit,
  type Commit,
  type Load,
  type Querier,
} from '@assay/clickhouse';
import { loadItAgain, type GiveUpLoadInput } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';
import { endLoad } from './end-load.ts';
import { fileRule } from './file-judgement.ts';
import type { IncidentDeps } from './incident/incident-deps.ts';
import { raiseJudgements } from './incident/raise-judgements.ts';
import { stateLeft } from './publication.ts';
import { storedSource } from './read-source.ts';
import { sourceRemoved } from './source-removed.ts';
import { sourceSettings } from './source-settings.ts';
import { writeStep } from './write-step.ts';

const readItAnew = 'Send the file once more with --again to have it read again.';

/**
 * Ends a load whose check could not be made or not be finished: it says so wherever it is shown, its rows are withheld unless they were
 * published before, and an incident opens. A person checks it again, and releases it.
 * @returns the state it ends in
 */
export async function giveUpLoad(deps: ActivityDeps & IncidentDeps, input: GiveUpLoadInput): Promise<string> {
  const { load, trigger, generation, workflow_id, run_id, why } = input;
  const db = deps.connection.querier(load.tenant);
  const source = await storedSource(db, load.source);
  const known = await loadById(db, load.load_id);
  if (source?.source_id !== load.source_id) return removed(deps, db, { input, known });
  const before = known ?? receivedLoad(load, { workflow_id, run_id });
  const ended = await endOf(deps, db, { before, why, trigger });
  const version = Math.max(stepVersion(generation, 'finished'), before.version + 1);
  const finished_at = timestampOf(deps.now());
  const end = { ...ended, version, workflow_id, run_id, verdict: 'error', finished_at } as const;
  const state = await endLoad(db, load, end, deps.now(), before);
  if (load.backfill || trigger === 'again') return state;
  await raiseJudgements(deps, {
    load,
    check_id: load.load_id,
    labels: sourceSettings(source).document.labels,
    judgements: [
      {
        rule_id: fileRule,
        segment: '',
        kind: 'file',
        verdict: 'fail',
        severity: 'high',
        anomaly_id: '0',
        finding: `The file could not be checked: ${why}`,
        rows_failed: '0',
      },
    ],
    waiting: [],
  });
  return state;
}

/** A source that was deleted takes its loads with it; one that is still on its way ends where whoever sent it can see that. */
async function removed(
  deps: ActivityDeps,
  db: Querier,
  { input, known }: { input: GiveUpLoadInput; known: Load | undefined },
): Promise<string> {
  const { load, generation, workflow_id, run_id } = input;
  if (known === undefined || finalStates.includes(known.state)) return 'refused';
  const reason = sourceRemoved(load).message;
  const version = Math.max(stepVersion(generation, 'finished'), known.version + 1);
  const ended = { state: 'refused', reason, verdict: 'error', summary: `refused: ${reason}` } as const;
  const finished_at = timestampOf(deps.now());
  await writeStep(db, load, { ...ended, version, workflow_id, run_id, finished_at }, deps.now(), known);
  return 'refused';
}

async function endOf(
  deps: ActivityDeps,
  db: Querier,
  { before, why, trigger }: { before: Load; why: string; trigger: GiveUpLoadInput['trigger'] },
): Promise<Partial<Load>> {
  if (trigger === 'file') return withheld(deps, db, { before, why });
  return finalStates.includes(before.state) ? checkedBefore(why) : leftAsItWas(db, { before, why });
}

/** Reading a load again changes nothing until it is put in place: what counts of it is what its commit says. */
async function leftAsItWas(
  db: Querier,
  { before, why }: { before: Load; why: string },
): Promise<Pick<Load, 'summary' | 'state' | 'reason'>> {
  const commit = await commitOfLoad(db, before.source_id, before.load_id);
  const summary = `not loaded again: ${why}`;
  if (commit === undefined) return { summary, state: 'refused', reason: `${why} ${readItAnew}` };
  const reason = `It could not be loaded again. ${why} ${loadItAgain(before)}`;
  return { summary, state: stateLeft(commit), reason };
}

/** The last check that was made stays in force; that there is no newer one is an error. */
function checkedBefore(why: string): Pick<Load, 'summary'> {
  return { summary: `not checked again: ${why} What is shown is the check before.` };
}

async function withheld(
  deps: ActivityDeps,
  db: Querier,
  { before, why }: { before: Load; why: string },
): Promise<Pick<Load, 'summary' | 'state' | 'reason'>> {
  if (finalStates.includes(before.state)) {
    return { summary: `not finished: ${why} ${before.summary}`.trim(), state: before.state, reason: before.reason };
  }
  const commit = await commitOfLoad(db, before.source_id, before.load_id);
  if (commit === undefined) {
    return {
      summary: `refused: ${why}`,
      state: 'refused',
      reason: `${why} ${readItAnew}`,
    };
  }
  const reason = `It could not be checked: ${why} Check it again, then release it.`;
  if (commit.version === 1) await writeCommit(db, held(commit, reason, timestampOf(deps.now())));
  return { summary: `not checked: ${why}`, state: 'held', reason };
}

function held(commit: Commit, reason: string, decided_at: string): Commit {
  return { ...commit, version: 2, state: 'held', decided_at, reason };
}
