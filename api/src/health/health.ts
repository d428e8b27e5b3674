import { setTimeout as wait } from 'node:timers/promises';
import { pendingMigrations, QueryError, type Connection } from '@assay/clickhouse';
import type { Orchestrator } from '../orchestrator.ts';
import { freeBytes } from '../upload/disk-floor.ts';
import { processState } from './process-state.ts';
import { processesOf } from './process-usage.ts';

/** One thing Assay needs, and what is wrong with it; an empty sentence when nothing is. */
export interface Condition {
  readonly name: 'clickhouse' | 'migrations' | 'temporal' | 'worker' | 'disk';
  readonly ok: boolean;
  readonly says: string;
}

/** Whoever asks gives up soon: what has not answered by then does not answer. */
const answerWithin_ms = 3_000;

/** What is asked: the services, and the disk that files are received on. */
export interface ReadinessDeps {
  readonly connection: Connection;
  readonly orchestrator: Orchestrator;
  readonly disk: { readonly folder: string; readonly floor: number };
  readonly data_dir: string;
}

/** Whether files can be received, loaded and judged now. */
export async function readiness(deps: ReadinessDeps): Promise<Condition[]> {
  const [stored, orchestrated, disk, stopped] = await Promise.all([
    answerOf(storage(deps.connection)),
    orchestration(deps.orchestrator),
    diskSpace(deps.disk),
    stoppedProcesses(deps.data_dir),
  ]);
  return [...(stored ?? silent), ...orchestrated, disk].map((condition) => withCause(condition, stopped));
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
  const queues = await orchestrator.queues();
  const stopped = new Set(queues.flatMap((queue) => queue.stopped));
  const idle = queues.filter((queue) => queue.pollers === 0).map(({ queue }) => queue);
  const says = [
    ...[...stopped].map((pid) => howToGoOn('worker', pid)),
    ...(idle.length > 0 && stopped.size === 0
      ? [`No worker serves the ${named(idle)}. Start Assay again, or a worker of its own.`]
      : []),
  ];
  return [good('temporal'), says.length === 0 ? good('worker') : bad('worker', says.join(' '))];
}

function named(queues: readonly string[]): string {
  const [first = '', ...others] = queues;
  const last = others.pop();
  return last === undefined ? `queue ${first}` : `queues ${[first, ...others].join(', ')} and ${last}`;
}

/** The same floor as of uploads: what is refused there is told here. */
async function diskSpace({ folder, floor }: ReadinessDeps['disk']): Promise<Condition> {
  const free = await answerOf(freeBytes(folder));
  if (free === undefined) return bad('disk', `The disk of ${folder} does not answer.`);
  if (free >= floor) return good('disk');
  return bad(
    'disk',
    `The disk of ${folder} has ${String(free)} bytes free, and uploads leave ${String(floor)} alone: make room there, or move ASSAY_DATA_DIR.`,
  );
}

/** Which process of the supervisor a service is. */
const processNames: Readonly<Partial<Record<Condition['name'], string>>> = {
  clickhouse: 'engine',
  temporal: 'temporal',
};

async function stoppedProcesses(data_dir: string): Promise<ReadonlyMap<string, number>> {
  const all = await processesOf(data_dir);
  const states = await Promise.all(all.map(async (one) => ({ ...one, state: await processState(one.pid) })));
  return new Map(states.flatMap(({ name, pid, state }) => (state === 'stopped' ? [[name, pid] as const] : [])));
}

/** A service that does not answer because its process was stopped needs nothing but to go on. */
function withCause(condition: Condition, stopped: ReadonlyMap<string, number>): Condition {
  const name = processNames[condition.name];
  const pid = name === undefined ? undefined : stopped.get(name);
  if (condition.ok || name === undefined || pid === undefined) return condition;
  return { ...condition, says: `${condition.says} ${howToGoOn(name, pid)}` };
}

function howToGoOn(name: string, pid: number): string {
  return `The process ${name} (${String(pid)}) was stopped by a signal: \`kill -CONT ${String(pid)}\` lets it go on.`;
}

function good(name: Condition['name']): Condition {
  return { name, ok: true, says: '' };
}

function bad(name: Condition['name'], says: string): Condition {
  return { name, ok: false, says };
}
