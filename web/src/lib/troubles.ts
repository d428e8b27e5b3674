/** One thing Assay needs, as `/health/ready` tells it. */
export interface Condition {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
}

/** Reads the answer of `/health/ready`. @throws TypeError when it is something else, such as the page of a proxy */
export function readConditions(answer: unknown): Condition[] {
  const listed: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'conditions') : undefined;
  if (!Array.isArray(listed) || !listed.every(isCondition))
    throw new TypeError('This is not the answer of /health/ready.');
  return listed;
}

function isCondition(value: unknown): value is Condition {
  if (typeof value !== 'object' || value === null) return false;
  const { name, ok, says }: Partial<Record<keyof Condition, unknown>> = value;
  return typeof name === 'string' && typeof ok === 'boolean' && typeof says === 'string';
}

const meanings: Readonly<Record<string, string>> = {
  clickhouse: 'What you see may be old, and no file can be loaded or judged.',
  temporal: 'Files wait, notices are late, and edits are refused until it is back; nothing accepted is lost.',
  migrations: 'Lists and verdicts may be wrong until they are applied: restart Assay.',
  disk: 'No file is taken until there is; nothing accepted is lost.',
  worker: 'Files wait and incidents do not escalate until one is started; nothing accepted is lost.',
};

/** What cannot be asked while something else is away. */
const behind: Readonly<Record<string, string>> = { worker: 'temporal', migrations: 'clickhouse' };

/**
 * One sentence per thing that is down, naming what is old or waits because of it.
 * @param found conditions, undefined when the API did not answer; and how the event stream is doing
 */
export function troublesOf(found: {
  readonly conditions: readonly Condition[] | undefined;
  readonly stream: 'connecting' | 'live' | 'polling' | 'paused';
}): string[] {
  const { conditions, stream } = found;
  if (conditions === undefined) {
    return ['The Assay API does not answer. What you see is from before; the page tries again every 15 seconds.'];
  }
  const broken = conditions.filter(({ ok }) => !ok);
  // What cannot be seen because something else is away is no trouble of its own.
  const causes = broken.filter(
    ({ name }) => name in meanings && !(name in behind && isAway(broken, behind[name] ?? '')),
  );
  if (causes.length > 0) return causes.map(({ name, says }) => `${says} ${meanings[name] ?? ''}`);
  return stream === 'polling' ? ['The live stream is interrupted: lists are refreshed every 15 seconds.'] : [];
}

function isAway(broken: readonly Condition[], name: string): boolean {
  return broken.some((condition) => condition.name === name);
}
