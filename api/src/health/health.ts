import { setTimeout as wait } from 'node:timers/promises';
import { pendingMigrations, QueryError, type Connection } from '@assay/clickhouse';
import type { Orchestrator, QueueHealth } from '../orchestrator.ts';

/** One thing Assay needs, and what is wrong with it; an empty sentence when nothing is. */
export interface Condition {
  readonly name: 'clickhouse' | 'migrations' | 'temporal' | 'worker';
  readonly ok: boolean;
  readonly says: string;
}

/** Whoever asks gives up soon: what has not answered by then does not answer. */
const answerWithin_ms = 3_000;

/** Whether files can be received, loaded and judged now. */
export async function readiness(deps: { connection: Connection; orchestrator: Orchestrator }): Promise<Condition[]> {
  const [stored, orchestrated] = await Promise.all([
    answerOf(storage(deps.connection)),
    orchestration(deps.orchestrator),
  ]);
  return [...(stored ?? silent), ...orchestrated];
}

const silent: readonly Condition[] = [
  bad('clickhouse', 'ClickHouse does not answer.'),
  bad('migrations', 'The tables cannot be looked at without ClickHouse.'),
];

/** Undefined when there is none in time. */
async function answerOf<T>(work: Promise<T>): Promise<T | undefined> {
  const given = new AbortController();
  try {
    return await Promise.race([work, wait(answerWithin_ms, undefined, { signal: given.signal })]);
  } finally {
    given.abort();
  }
}

async function storage(connection: Connection): Promise<readonly Condition[]> {
  if (!(await connection.ping())) return silent;
  try {
    const pending = await pendingMigrations(connection.querier('default'));
    const migrated =
      pending.length === 0 ? good('migrations') : bad('migrations', `Not applied yet: ${pending.join(', ')}.`);
    return [good('clickhouse'), migrated];
  } catch (error) {
    if (error instanceof QueryError && error.retryable) return silent;
    return [good('clickhouse'), bad('migrations', 'The tables are not there yet.')];
  }
}

async function orchestration(orchestrator: Orchestrator): Promise<Condition[]> {
  if (!(await orchestrator.reachable())) {
    return [
      bad('temporal', 'Temporal does not answer.'),
      bad('worker', 'Whether a worker is there cannot be seen without Temporal.'),
    ];
  }
  const idle = (await orchestrator.queues()).filter((queue: QueueHealth) => queue.pollers === 0);
  return [
    good('temporal'),
    idle.length === 0
      ? good('worker')
      : bad('worker', `No worker serves the queue ${idle.map((queue) => queue.queue).join(' and ')}.`),
  ];
}

function good(name: Condition['name']): Condition {
  return { name, ok: true, says: '' };
}

function bad(name: Condition['name'], says: string): Condition {
  return { name, ok: false, says };
}
