import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { livePollers } from './live-pollers.ts';

const isContainer = process.platform === 'linux' && readlinkSync('/proc/self/ns/pid') !== 'pid:[4026531836]';

test.skipIf(isContainer)(
  `a worker of this machine that is gone or stopped is not counted, as Temporal still does for minutes${isContainer ? ' (skipped: a container does not see the processes of its host)' : ''}`,
  async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1_000)']);
    await once(child, 'spawn');
    const poller = { identity: `${String(child.pid)}@${hostname()}` };
    const found = () => livePollers([poller], Date.now());
    expect(await found()).toEqual({ pollers: 1, stopped: [] });
    if (process.platform === 'linux') {
      child.kill('SIGSTOP');
      expect(await found()).toEqual({ pollers: 0, stopped: [child.pid] });
      child.kill('SIGCONT');
      expect(await found()).toEqual({ pollers: 1, stopped: [] });
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await found()).toEqual({ pollers: 0, stopped: [] });
  },
);

describe.each([
  ['of another machine', '1@some-other-host'],
  ['named by its operator', 'reader-7'],
  ['without a name', null],
])('a worker %s', (_, identity) => {
  test('is counted as long as Temporal knows it', async () => {
    expect(await livePollers([{ identity }], Date.now())).toEqual({ pollers: 1, stopped: [] });
  });

  test('is not counted once it has asked for nothing longer than a question stays open', async () => {
    const now = Date.now();
    const asked = (seconds_ago: number) => ({ identity, lastAccessTime: { seconds: now / 1_000 - seconds_ago } });
    expect((await livePollers([asked(61)], now)).pollers).toBe(1);
    expect((await livePollers([asked(101)], now)).pollers).toBe(0);
  });
});
