import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
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
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

export interface RunSourceInput {
  readonly ref: SourceRef;
  /** The id and rules the source gets when nobody has written it yet. */
  readonly if_new: { readonly source_id: string; readonly rules: readonly RuleText[]; readonly actor: string };
  /** How many publication decisions were made, as far as this workflow knows; those that are stored count, too. */
  readonly decisions: number;
}

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

  /** One write at a time, in the order of arrival: each starts from what the one before left. */
  const alone = async <T>(work: (before: SourceState) => Promise<T>): Promise<T> => {
    await condition(() => current !== null && !busy);
    if (current === null) throw ApplicationFailure.nonRetryable('the source was not read', 'source_unread');
    busy = true;
    try {
      return await work(current);
    } finally {
      busy = false;
    }
  };

  setHandler(state, () => current);

  setHandler(
    edit,
    (change) =>
      alone(async (before) => {
        const edited = refusing(() => editSource(before, change));
        if (!edited.changed) return before;
        const { state: after, rules_put, rules_deleted } = edited;
        await appendSource({ ref, state: after, rules_put, rules_deleted, ...by(change), at: now() });
        current = after;
        return after;
      }),
    {
      validator: (change: SourceEdit) => {
        if (current !== null) refuseEditOf(current, change);
      },
    },
  );

  setHandler(decide, (decision) =>
    alone(async ({ source_id }) => {
      decisions += 1;
      await decidePublication({ ref, source_id, decision, decision_no: decisions, at: now() });
      return null;
    }),
  );

  setHandler(expire, (expiry) =>
    alone(async ({ source_id }) => {
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
  } else {
    const { source_id, rules, actor } = input.if_new;
    const first = newSource(ref.source, source_id, rules);
    await appendSource({ ref, state: first, rules_put: rules, rules_deleted: [], actor, why: 'first seen', at: now() });
    current = first;
  }

  await condition(() => !busy && (current?.deleted === true || workflowInfo().continueAsNewSuggested));
  await condition(allHandlersFinished);
  if (current.deleted) return;
  await continueAsNew<typeof runSource>({ ...input, decisions });
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
