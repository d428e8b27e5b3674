import {
  commitOfLoad,
  emitEvent,
  loadById,
  writeCommits,
  writeLoad,
  type Commit,
  type Load,
  type Querier,
} from '@assay/clickhouse';
import type { Activities, DamageStorm, NewContent, PublicationDecision } from '@assay/workflows';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDeps } from './deps.ts';
import { begunStorm, stormOfCommit, stormText } from './incident/begun-storm.ts';
import type { IncidentDeps } from './incident/incident-deps.ts';
import { tellDamage, type DecidedDamage } from './incident/tell-damage.ts';
import { tellDecision } from './incident/tell-decision.ts';
import { loadStates } from './publication.ts';
import { placeFor, takenSentences } from './take-place.ts';

type Input = Parameters<Activities['decidePublication']>[0];

/** Versions of a commit below this are written by the load's own workflow. */
export const firstDecisionVersion = 1_000;

/**
 * Writes what was decided about a load, and about the one whose place it takes: both commits in one insert, so that no reader ever finds
 * two published in one place, or none. A retry writes the same rows again.
 */
export async function decidePublication(deps: ActivityDeps & IncidentDeps, input: Input): Promise<void> {
  const db = deps.connection.querier(input.ref.tenant);
  const { decision } = input;
  const before = await commitOfLoad(db, input.source_id, decision.load_id);
  if (before === undefined || before.state === 'expired') throw nothingCommitted(decision.load_id);
  const version = firstDecisionVersion + input.decision_no;
  // Whoever decided about a load while it was checked has the last word.
  if (decision.checked !== undefined && before.version > 1 && before.version !== version) return;
  const storm = await stormFor(db, { input, before, version, now: deps.now() });
  const { commit, leaves } = await decided(db, { input, before, version, storm });
  const replaced: Commit[] = leaves === undefined ? [] : [{ ...leaves, ...leaving(input), version }];
  deps.reached('decision.write:before');
  await writeCommits(db, [commit, ...replaced]);
  deps.reached('decision.write:after');
  await follow(deps, db, { input, commit, change: decision, storm });
  for (const left of replaced) await follow(deps, db, { input, commit: left, change: {}, storm: null });
}

/** One that began before goes on, whoever found the rest of it; a retry goes on with its own. */
async function stormFor(
  db: Querier,
  { input, before, version, now }: { input: Input; before: Commit; version: number; now: number },
): Promise<DamageStorm | null> {
  const { storm = null } = input.decision;
  if (storm === null) return null;
  if (before.version === version) return stormOfCommit(before);
  return (await begunStorm(db, input.source_id, { started_s: storm.started_s, now })) ?? storm;
}

/** What a decision makes of a commit, and the commit of the load that makes way. */
async function decided(
  db: Querier,
  given: { input: Input; before: Commit; version: number; storm: DamageStorm | null },
): Promise<{ commit: Commit; leaves: Commit | undefined }> {
  const { input, before, version, storm } = given;
  const { decision, at } = input;
  // Rows are counted and read again while people decide: what they withdrew meanwhile stays so.
  const staysWithdrawn = decision.damage !== undefined && before.state === 'withdrawn';
  const damage = decision.damage ?? before.damage;
  const wanted: Pick<PublicationDecision, 'state' | 'reason'> = staysWithdrawn
    ? { state: 'withdrawn', reason: before.reason }
    : decision;
  // Rows may be found missing just after somebody looked at the load: a part of a file is published by nobody.
  const possible = damage !== '' && wanted.state === 'published' ? { state: 'held' as const, reason: damage } : wanted;
  const { state, reason, leaves } = await inItsPlace(db, { input, before, version, possible });
  const commit: Commit = {
    ...before,
    ...(decision.content === undefined ? {} : contentOf(decision.content)),
    ...decision.checked,
    version,
    damage,
    ...(storm === null ? {} : { storm: stormText(storm) }),
    ...(staysWithdrawn ? {} : { state, reason, decided_at: at, decided_by: decision.actor }),
  };
  return { commit, leaves };
}

/** Where another load is published already, a person hears so, and what Assay would publish by itself is held. */
async function inItsPlace(
  db: Querier,
  given: { input: Input; before: Commit; version: number; possible: Pick<PublicationDecision, 'state' | 'reason'> },
): Promise<Pick<PublicationDecision, 'state' | 'reason'> & { leaves: Commit | undefined }> {
  const { input, before, version, possible } = given;
  const { load_id, replaces, damage, checked } = input.decision;
  const hasItsPlace = before.state === 'published' && before.version !== version;
  if (possible.state !== 'published' || hasItsPlace) return { ...possible, leaves: undefined };
  const place = await placeFor(db, { source_id: input.source_id, load_id, replaces, version });
  if (place.kind === 'free') return { ...possible, leaves: place.leaves };
  const sentences = await takenSentences(db, { load_id, replaces, by: place.by });
  if (checked === undefined && damage === undefined) {
    throw ApplicationFailure.nonRetryable(sentences.refused, 'place_taken');
  }
  return { state: 'held', reason: checked === undefined ? sentences.held : sentences.late, leaves: undefined };
}

function leaving({ decision, at }: Input): Pick<Commit, 'state' | 'reason' | 'decided_at' | 'decided_by'> {
  return {
    state: 'withdrawn',
    reason: `replaced by load ${decision.load_id} on ${at}`,
    decided_at: at,
    decided_by: decision.actor,
  };
}

/** Tells incidents what was decided about a load, and has its row say so. */
async function follow(
  deps: ActivityDeps & IncidentDeps,
  db: Querier,
  given: {
    input: Input;
    commit: Commit;
    change: Pick<PublicationDecision, 'damage' | 'content' | 'checked'>;
    storm: DamageStorm | null;
  },
): Promise<void> {
  const { input, commit, change, storm } = given;
  const { decision, decision_no, at } = input;
  const { load_id, state, reason, damage } = commit;
  // Read after the commit is written, so that of this and a re-check that finishes now at least one sees the other.
  const [load, present] = await Promise.all([loadById(db, load_id), commitOfLoad(db, commit.source_id, load_id)]);
  // A worker that was stopped goes on when others have decided again: that is told by them.
  if (present?.version !== commit.version) return;
  if (load === undefined) throw nothingCommitted(load_id);
  // Before the row says so: a retry then still knows what the load was, and tells those who have not heard.
  await tellDecision(deps, db, { load, to: state, decision_no, actor: decision.actor, reason });
  if (change.damage !== undefined || damage !== '' || load.damage !== '') {
    const by = { decision_no, at, actor: decision.actor, reason, storm };
    deps.reached('damage.tell:before');
    await tellDamage(deps, db, { load, commit, cause: causeOf(change), ...by });
    deps.reached('damage.tell:after');
  }
  const row: Load = { ...load, state: stateAfter(load, state), reason, damage };
  // Whoever read or checked a load writes its row, too, with everything that is new about it.
  const isWritten = change.content !== undefined || change.checked !== undefined;
  if (!isWritten && (['state', 'reason', 'damage'] as const).some((field) => load[field] !== row[field])) {
    await writeLoad(db, { ...row, version: load.version + 1 });
  }
  await emitEvent(db, {
    type: 'load.decided',
    ids: { source: load.source, load_id },
    data: { state },
    now: deps.now(),
  });
}

function causeOf({ damage, content }: Pick<PublicationDecision, 'damage' | 'content'>): DecidedDamage['cause'] {
  if (content !== undefined) return 'reloaded';
  return damage === undefined ? 'decided' : 'counted';
}

/** A file that was damaged on the way stays so while it is held. */
function stateAfter(load: Load, state: Commit['state']): Load['state'] {
  return load.state === 'partial' && state === 'held' ? 'partial' : loadStates[state];
}

function contentOf({ chunks, columns, seen, event_from, event_to }: NewContent): Partial<Commit> {
  return {
    chunk_ids: chunks.map((chunk) => chunk.chunk_id),
    chunk_rows: chunks.map((chunk) => chunk.rows),
    chunk_rejects: chunks.map((chunk) => chunk.rejects),
    columns: JSON.stringify(columns),
    seen: JSON.stringify(seen),
    event_from,
    event_to,
  };
}

function nothingCommitted(load_id: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`load ${load_id} has no committed rows to decide about`, 'nothing_committed');
}
