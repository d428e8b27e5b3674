import { pendingMigrations, type Connection } from '@assay/clickhouse';
import type { Orchestrator, QueueHealth } from '../orchestrator.ts';

/** One thing Assay needs, and what is wrong with it; an empty sentence when nothing is. */
export interface Condition {
  readonly name: 'clickhouse' | 'migrations' | 'temporal' | 'worker';
  readonly ok: boolean;
  readonly says: string;
}

/** Whether files can be received, loaded and judged now. */
export async function readiness(deps: { connection: Connection; orchestrator: Orchestrator }): Promise<Condition[]> {
  const [stored, orchestrated] = await Promise.all([storage(deps.connection), orchestration(deps.orchestrator)]);
  return [...stored, ...orchestrated];
}

async function storage(connection: Connection): Promise<Condition[]> {
  if (!(await connection.ping())) {
    return [
      bad('clickhouse', 'ClickHouse does not answer.'),
      bad('migrations', 'The tables cannot be looked at without ClickHouse.'),
    ];
  }
  try {
    const pending = await pendingMigrations(connection.querier('default'));
    const migrated =
      pending.length === 0 ? good('migrations') : bad('migrations', `Not applied yet: ${pending.join(', ')}.`);
    return [good('clickhouse'), migrated];
  } catch {
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
