import { createHash } from 'node:crypto';
import { disabledTargetOf, QueryError, writeDeliveries } from '@assay/clickhouse';
import type { Target } from '@assay/rules';
import { incidentMessages, type DeliveryOutcome, type Notice } from '@assay/workflows';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Channel, Sent } from '../channels/define.ts';
import { channels } from '../channels/registry.ts';
import { deliveryRow } from './delivery-row.ts';
import type { IncidentDeps } from './incident-deps.ts';
import { payloadOf, titleOf } from './notice-payload.ts';
import { retryDelay } from './retry-delay.ts';

/**
 * Sends one notice to one target, after asking the incident once more whether it is still wanted. An attempt that a later one may mend
 * throws with the pause before it; every attempt carries the same id, so a receiver can tell a repeat.
 */
export async function deliverNotice(deps: IncidentDeps, notice: Notice): Promise<DeliveryOutcome> {
  const { attempt } = activityInfo();
  const outcome = { channel: '', attempts: attempt, status_code: 0, error: '', duration_ms: 0, disable: null };
  const { targets } = await deps.policies.current();
  const target = targets[notice.target];
  const channel = target === undefined ? undefined : channelOf(target.channel);
  if (target === undefined || channel === undefined) {
    return { ...outcome, state: 'failed', error: `the policy file has no target ${notice.target} any more.` };
  }
  const { channel: kind, ...config } = target;
  const fingerprint = fingerprintOf(target, channel.receiver(config, deps.env));
  const disabled = await disabledReason(deps, notice, fingerprint);
  if (disabled !== undefined) {
    return { ...outcome, channel: kind, state: 'failed', error: `it is disabled: ${disabled}` };
  }
  if (!(await isWanted(deps, notice))) {
    return { ...outcome, channel: kind, state: 'suppressed', error: 'the incident moved on before it was sent.' };
  }

  const started = deps.now();
  deps.reached('notice.send:before');
  const message = {
    notice_id: notice.notice_id,
    target: notice.target,
    title: titleOf(notice),
    payload: payloadOf(notice, deps.dashboard_url),
  };
  const sent = await channel.send(message, config, { log: deps.log, env: deps.env, now: deps.now });
  deps.reached('notice.send:after');
  const tried = { ...outcome, channel: kind, status_code: sent.status_code, duration_ms: deps.now() - started };
  switch (sent.state) {
    case 'delivered':
      return { ...tried, state: 'delivered' };
    case 'failed':
      return {
        ...tried,
        state: 'failed',
        error: sent.error,
        disable: sent.disable ? { target: notice.target, fingerprint } : null,
      };
    case 'retry': {
      const failed: DeliveryOutcome = { ...tried, state: 'failed', error: sent.error };
      return tryLater(deps, { notice, failed, sent });
    }
  }
}

async function tryLater(
  deps: IncidentDeps,
  { notice, failed, sent }: { notice: Notice; failed: DeliveryOutcome; sent: Extract<Sent, { state: 'retry' }> },
): Promise<DeliveryOutcome> {
  const pause = retryDelay(failed.attempts, {
    delays_ms: deps.retry_delays_ms,
    asked_ms: sent.retry_after_ms,
    spread: Math.random(),
  });
  if (pause === null) return failed;
  const later = (cause?: Error) =>
    ApplicationFailure.create({
      message: `${notice.target}: ${sent.error}`,
      type: 'notice_not_delivered',
      nextRetryDelay: pause,
      ...(cause === undefined ? {} : { cause }),
    });
  const row = deliveryRow({ notice, outcome: { ...failed, state: 'queued' }, finished_at: null });
  // The next attempt writes this progress again; that it is missing now must not change when that attempt is made.
  await writeDeliveries(deps.connection.querier(notice.tenant), [row]).catch((cause: unknown) => {
    throw later(cause instanceof Error ? cause : undefined);
  });
  throw later();
}

/** The state may have changed since the notice was queued: an acknowledgement may have come in this very moment. */
function isWanted(deps: IncidentDeps, { incident_id, episode }: Notice): Promise<boolean> {
  const { workflowExecution } = activityInfo();
  if (workflowExecution === undefined) throw new Error('notices are sent by incident workflows only');
  const handle = deps.temporal.workflow.getHandle(workflowExecution.workflowId);
  return handle.query<boolean, [Pick<Notice, 'incident_id' | 'episode'>]>(incidentMessages.wanted, {
    incident_id,
    episode,
  });
}

/** How long the engine may take to say whether a target is disabled. */
const enginePatience_ms = 3_000;

/** While the engine cannot be asked, people are told rather than not: a receiver that is gone answers 410 once more. */
async function disabledReason(deps: IncidentDeps, notice: Notice, fingerprint: string): Promise<string | undefined> {
  try {
    const db = deps.connection.querier(notice.tenant);
    const found = await disabledTargetOf(db, notice.target, fingerprint, {
      signal: AbortSignal.timeout(enginePatience_ms),
    });
    return found?.reason;
  } catch (error) {
    if (error instanceof QueryError && error.retryable) return undefined;
    throw error;
  }
}

function channelOf(kind: string): Channel | undefined {
  return Object.entries(channels).find(([name]) => name === kind)?.[1];
}

function fingerprintOf({ channel }: Target, receiver: string): string {
  return createHash('sha256')
    .update(JSON.stringify([channel, receiver]))
    .digest('hex');
}
