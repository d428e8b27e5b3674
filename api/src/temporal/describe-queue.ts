import type { Connection } from '@temporalio/client';
import type { QueueHealth } from '../orchestrator.ts';
import { livePollers } from './live-pollers.ts';

/** Temporal's numbers for the two halves of a task queue. */
const halves = [1, 2];

/** Pollers and backlog of a task queue, workflow and activity tasks together. */
export async function describeQueue(connection: Connection, namespace: string, queue: string): Promise<QueueHealth> {
  const answers = await Promise.all(
    halves.map((taskQueueType) =>
      connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: queue },
        // The enum itself lives in a package of generated code that nothing else here needs.
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
        taskQueueType,
        reportStats: true,
      }),
    ),
  );
  const live = await Promise.all(answers.map((answer) => livePollers(answer.pollers, Date.now())));
  return {
    queue,
    pollers: Math.max(...live.map(({ pollers }) => pollers)),
    stopped: [...new Set(live.flatMap(({ stopped }) => stopped))],
    backlog: answers.reduce((sum, answer) => sum + Number(answer.stats?.approximateBacklogCount ?? 0), 0),
    oldest_s: Math.max(...answers.map((answer) => Number(answer.stats?.approximateBacklogAge?.seconds ?? 0))),
  };
}
