import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { processState } from '../health/process-state.ts';

interface Poller {
  readonly identity?: string | null | undefined;
  readonly lastAccessTime?: { readonly seconds?: { toString(): string } | null } | null | undefined;
}

/** A worker asks anew at the latest when its question was open for a minute. */
const silent_s = 100;

/**
 * Which workers poll a queue. Temporal names one for minutes after its last poll; whether one of this machine still runs, or is stopped,
 * is seen at once, and any other that has not asked for long does nothing either.
 * @returns how many work, and the processes of those that are stopped
 */
export async function livePollers(
  pollers: readonly Poller[],
  now_ms: number,
): Promise<{ pollers: number; stopped: number[] }> {
  const own = seesProcesses();
  const states = await Promise.all(
    pollers.map(async (poller) => {
      const pid = own ? ownProcess(poller.identity ?? '') : undefined;
      if (pid === undefined) return { pid, state: isSilent(poller, now_ms) ? 'gone' : 'running' };
      return { pid, state: await processState(pid) };
    }),
  );
  return {
    pollers: states.filter(({ state }) => state === 'running').length,
    stopped: states.flatMap(({ pid, state }) => (state === 'stopped' && pid !== undefined ? [pid] : [])),
  };
}

/** The SDK names a worker `<pid>@<host>` unless told otherwise. */
function ownProcess(identity: string): number | undefined {
  const [, pid, host] = /^(\d+)@(.+)$/.exec(identity) ?? [];
  return host === hostname() ? Number(pid) : undefined;
}

function isSilent({ lastAccessTime }: Poller, now_ms: number): boolean {
  const seconds = lastAccessTime?.seconds;
  return seconds !== undefined && seconds !== null && now_ms / 1_000 - Number(seconds.toString()) > silent_s;
}

/** False in a container: it may have the name of its host, but numbers processes in a way of its own. */
function seesProcesses(): boolean {
  return process.platform !== 'linux' || readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]';
}
