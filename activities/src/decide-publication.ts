import {
  commitOfLoad,
  emitEvent,
  loadById,
  writeCommit,
  writeLoad,
  type Commit,
  type Load,
  type Querier,
} from '@assay/clickhouse';
import type { Activities, NewContent, PublicationDecision } from '@assay/workflows';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityDeps } from './deps.ts';
import type { IncidentDeps } from './incident/incident-deps.ts';
import { tellDamage, type DecidedDamage } from './incident/tell-damage.ts';
import { tellDecision } from './incident/tell-decision.ts';
import { loadStates } from './publication.ts';

type Input = Parameters<Activities['decidePublication']>[0];

/** Versions of a commit below this are written by the load's own workflow. */
export const firstDecisionVersion = 1_000;

/** Writes what a person decided about a load, and about a second one in the same step. A retry writes the same rows again. */
export async function decidePublication(deps: ActivityDeps & IncidentDeps, input: Input): Promise<void> {
  const db = deps.connection.querier(input.ref.tenant);
  const { decision } = input;
  await decideOne(deps, db, { ...input, ...decision });
  if (decision.also !== null) await decideOne(deps, db, { ...input, ...decision.also });
}

async function decideOne(
  deps: ActivityDeps & IncidentDeps,
  db: Querier,
  input: Input & Pick<PublicationDecision, 'load_id' | 'state' | 'reason' | 'damage' | 'content'>,
): Promise<void> {
  const { load_id, decision, decision_no, at } = input;
  const commit = await commitOfLoad(db, input.source_id, load_id);
  if (commit === undefined || commit.state === 'expired') throw nothingCommitted(load_id);
  // Rows are counted and read again while people decide: what they withdrew meanwhile stays so.
  const staysWithdrawn = input.damage !== undefined && commit.state === 'withdrawn';
  const damage = input.damage ?? commit.damage;
  const wanted = staysWithdrawn ? { ...commit, state: 'withdrawn' as const } : input;
  // Rows may be found missing just after somebody looked at the load: a part of a file is published by nobody.
  const { state, reason } =
    damage !== '' && wanted.state === 'published' ? { state: 'held' as const, reason: damage } : wanted;
  const after: Commit = {
    ...commit,
    ...(input.content === undefined ? {} : contentOf(input.content)),
    version: firstDecisionVersion + decision_no,
    damage,
    ...(staysWithdrawn ? {} : { state, reason, decided_at: at, decided_by: decision.actor }),
  };
  await writeCommit(db, after);
  // Read after the commit is written, so that of this and a re-check that finishes now at least one sees the other.
  const load = await loadById(db, load_id);
  if (load === undefined) throw nothingCommitted(load_id);
  // Before the row says so: a retry then still knows what the load was, and tells those who have not heard.
  await tellDecision(deps, db, { load, to: state, decision_no, actor: decision.actor, reason });
  if (input.damage !== undefined || damage !== '' || load.damage !== '') {
    const by = { decision_no, at, actor: decision.actor, reason, storm: decision.storm ?? null };
    deps.reached('damage.tell:before');
    await tellDamage(deps, db, { load, commit: after, cause: causeOf(input), ...by });
    deps.reached('damage.tell:after');
  }
  const row: Load = { ...load, state: stateAfter(load, state), reason, damage };
  // Whoever read a load again writes its row, too, with everything that is new about it.
  const isWritten = input.content !== undefined;
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
function stateAfter(load: Load, state: PublicationDecision['state']): Load['state'] {
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
