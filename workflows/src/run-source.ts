import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  currentUpdateInfo,
  defineQuery,
  defineUpdate,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { taskQueues, type Activities } from './activities.ts';
import { editSource, newSource, refuseEdit, SourceEditRefusedError } from './source.ts';
import {
  sourceMessages,
  type PublicationDecision,
  type RuleText,
  type SourceEdit,
  type SourceExpiry,
  type SourceRef,
  type SourceState,
} from './source-messages.ts';

const { readSource, appendSource, decidePublication, expireLoads } = proxyActivities<Activities>({
  taskQueue: taskQueues.control,
  startToCloseTimeout: '30 minutes',
  // Everybody who decides about this source waits for a worker that died with one of these.
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

export interface RunSourceInput {
  readonly ref: SourceRef;
  /** The id and rules the source gets when nobody has written it yet; null where only one that exists is meant. */
  readonly if_new: { readonly source_id: string; readonly rules: readonly RuleText[]; readonly actor: string } | null;
  /** How many publication decisions were made, as far as this workflow knows; those that are stored count, too. */
  readonly decisions: number;
  /** Updates that were done in earlier runs, the newest ones: a repeated one is answered, not done again. */
  readonly update_ids?: readonly string[];
}

const updateIdsMax = 500;

export const edit = defineUpdate<SourceState, [SourceEdit]>(sourceMessages.edit);
export const decide = defineUpdate<null, [PublicationDecision]>(sourceMessages.decide);
export const expire = defineUpdate<null, [SourceExpiry]>(sourceMessages.expire);
export const state = defineQuery<SourceState | null>(sourceMessages.state);

/** A source, as long as it exists: the only writer of its versions and of decisions about its loads. */
export async function runSource(input: RunSourceInput): Promise<void> {
  const { ref } = input;
  let current: SourceState | null = null;
  let decisions = input.decisions;
  let busy = false;
  let gone = false;
  const updateIds = [...(input.update_ids ?? [])];
  const isDone = (): boolean => {
    const id = currentUpdateInfo()?.id;
    return id !== undefined && updateIds.includes(id);
  };

  /** One write at a time, in the order of arrival: each starts from what the one before left, and is done once per update id. */
  const alone = async <T>(answer: (now: SourceState) => T, work: (before: SourceState) => Promise<T>): Promise<T> => {
    await condition(() => gone || (current !== null && !busy));
    if (current === null) throw ApplicationFailure.nonRetryable(`There is no source ${ref.source}.`, 'source_removed');
    if (isDone()) return answer(current);
    busy = true;
    try {
      const done = await work(current);
      const id = currentUpdateInfo()?.id;
      if (id !== undefined) updateIds.push(id);
      updateIds.splice(0, updateIds.length - updateIdsMax);
      return done;
    } finally {
      busy = false;
    }
  };

  setHandler(state, () => current);

  setHandler(
    edit,
    (change) =>
      alone(
        (present) => present,
        async (before) => {
          const edited = refusing(() => editSource(before, change));
          if (!edited.changed) return before;
          const { state: after, rules_put, rules_deleted } = edited;
          await appendSource({ ref, state: after, rules_put, rules_deleted, ...by(change), at: now() });
          current = after;
          return after;
        },
      ),
    {
      validator: (change: SourceEdit) => {
        if (current !== null && !isDone()) refuseEditOf(current, change);
      },
    },
  );

  setHandler(decide, (decision) =>
    alone(nothing, async ({ source_id }) => {
      decisions += 1;
      await decidePublication({ ref, source_id, decision, decision_no: decisions, at: now() });
      return null;
    }),
  );

  setHandler(expire, (expiry) =>
    alone(nothing, async ({ source_id }) => {
      decisions += 1;
      await expireLoads({ ref, source_id, expiry, decision_no: decisions, at: now() });
      return null;
    }),
  );

  const stored = await readSource(ref);
  if (stored !== null) {
    const { decisions: made, ...known } = stored;
    // A decision that counted from nothing again would lose against the older ones.
    decisions = Math.max(decisions, made);
    current = known;
  } else if (input.if_new === null) {
    gone = true;
    await condition(allHandlersFinished);
    return;
  } else {
    const { source_id, rules, actor } = input.if_new;
    const first = newSource(ref.source, source_id, rules);
    await appendSource({ ref, state: first, rules_put: rules, rules_deleted: [], actor, why: 'first seen', at: now() });
    current = first;
  }

  await condition(() => !busy && (current?.deleted === true || workflowInfo().continueAsNewSuggested));
  await condition(allHandlersFinished);
  if (current.deleted) return;
  await continueAsNew<typeof runSource>({ ...input, decisions, update_ids: updateIds });
}

/** What a decision answers. */
function nothing(): null {
  return null;
}

function refuseEditOf(state: SourceState, change: SourceEdit): void {
  refusing(() => {
    refuseEdit(state, change);
  });
}

function by(change: SourceEdit): { actor: string; why: string } {
  return { actor: change.actor, why: change.why };
}

function now(): string {
  return new Date(Date.now()).toISOString();
}

/** A refusal is an answer for the person, not a failure to retry. */
function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SourceEditRefusedError) throw ApplicationFailure.nonRetryable(error.message, error.code);
    throw error;
  }
}
