import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { livePollers } from './live-pollers.ts';

const isContainer = process.platform === 'linux' && readlinkSync('/proc/self/ns/pid') !== 'pid:[4026531836]';

test.skipIf(isContainer)(
  `a worker of this machine that is gone is not counted, as Temporal still does for minutes${isContainer ? ' (skipped: a container does not see the processes of its host)' : ''}`,
  async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1_000)']);
    await once(child, 'spawn');
    const poller = { identity: `${String(child.pid)}@${hostname()}` };
    expect(livePollers([poller])).toBe(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(livePollers([poller])).toBe(0);
  },
);

test.each([
  ['of another machine', '1@some-other-host'],
  ['named by its operator', 'reader-7'],
  ['without a name', null],
])('a worker %s is counted as long as Temporal knows it', (_, identity) => {
  expect(livePollers([{ identity }])).toBe(1);
});
