import { setTimeout as delay } from 'node:timers/promises';
import proto from '@temporalio/proto';
import { withConnection } from './namespace.ts';
import type { Namespace } from './namespace.ts';

/** Every queue of ours has activities. */
const taskQueueType = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY;

/** Waits until the worker process `pid` of this machine asks for work on every one of the task queues. */
export async function untilPolled(
  where: Namespace,
  { pid, taskQueues, signal }: { pid: number; taskQueues: readonly string[]; signal: AbortSignal },
): Promise<void> {
  for (const name of taskQueues) while (!(await isPolled(where, name, pid))) await delay(100, undefined, { signal });
}

async function isPolled({ address, namespace }: Namespace, queue: string, pid: number): Promise<boolean> {
  let found = false;
  await withConnection(address, 10_000, async ({ workflowService }) => {
    const taskQueue = { name: queue };
    const answer = await workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType });
    // The SDK names a worker `<pid>@<host>` unless told otherwise.
    found = answer.pollers.some(({ identity }) => identity?.startsWith(`${pid}@`));
  });
  return found;
}
