import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@assay/activities/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startTestApi, startTestHouse, type TestApi } from '../testing.ts';

test(
  'a ClickHouse that takes connections and answers nothing is told within seconds',
  { timeout: 30_000 },
  async () => {
    const frozen = createServer().listen(0, '127.0.0.1').unref();
    await once(frozen, 'listening');
    const { port } = z.object({ port: z.number() }).parse(frozen.address());
    await using api = await startTestApi({ env: { CLICKHOUSE_URL: `http://127.0.0.1:${port}` } });

    const answer = await api.fetch('/health/ready', { signal: AbortSignal.timeout(10_000) });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      conditions: [
        { name: 'clickhouse', ok: false, says: 'ClickHouse does not answer.' },
        { name: 'migrations', ok: false },
        { name: 'temporal', ok: false },
        { name: 'worker', ok: false },
        { name: 'disk', ok: true },
      ],
    });
  },
);

const conditionsOf = async (api: Pick<TestApi, 'fetch'>) => {
  const answer = await api.fetch('/health/ready', { signal: AbortSignal.timeout(10_000) });
  const { conditions } = answers.parse(await answer.json());
  return { status: answer.status, wrong: conditions.filter(({ ok }) => !ok) };
};
const answers = z.object({
  conditions: z.array(z.object({ name: z.string(), ok: z.boolean(), says: z.string() })),
});

const seesProcesses = process.platform === 'linux' && readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]';

test.skipIf(!seesProcesses)(
  `a worker that was stopped by a signal is told at once, with its process and what lets it go on${seesProcesses ? '' : ' (skipped: processes of this machine cannot be seen)'}`,
  async () => {
    await using house = await startTestHouse({ worker: false });
    expect((await conditionsOf(house)).wrong).toEqual([
      {
        name: 'worker',
        ok: false,
        says: 'No worker serves the queues control, load and small. Start Assay again, or a worker of its own.',
      },
    ]);
    const { pid } = await house.stack.startWorker();
    const whole = { status: 200, wrong: [] };
    expect(
      await eventually(
        () => conditionsOf(house),
        ({ status }) => status === 200,
      ),
    ).toEqual(whole);
    process.kill(pid, 'SIGSTOP');
    expect(await conditionsOf(house)).toEqual({
      status: 503,
      wrong: [
        {
          name: 'worker',
          ok: false,
          says: `The process worker (${pid}) was stopped by a signal: \`kill -CONT ${pid}\` lets it go on.`,
        },
      ],
    });
    process.kill(pid, 'SIGCONT');
    expect(await conditionsOf(house)).toEqual(whole);
  },
);

const mounts = process.platform === 'linux' && process.getuid?.() === 0;

test.skipIf(!mounts)(
  `a disk with less room than uploads leave alone is told as long as it has${mounts ? '' : ' (skipped: only root can mount a small disk)'}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]);
    try {
      await using api = await startTestApi({ data_dir: folder, env: { ASSAY_DISK_FLOOR_BYTES: '4000000' } });
      const disk = async () => (await conditionsOf(api)).wrong.find(({ name }) => name === 'disk')?.says;
      expect(await disk()).toBeUndefined();
      await writeFile(join(folder, 'other'), new Uint8Array(6_000_000));
      expect(await disk()).toMatch(
        /^The disk of .*inbox has \d+ bytes free, and uploads leave 4000000 alone: make room there, or move ASSAY_DATA_DIR\.$/,
      );
      const refused = await api.fetch('/api/v1/sources/orders/files?file=a', { method: 'POST', body: '{"a":1}\n' });
      expect(refused.status).toBe(507);
      await rm(join(folder, 'other'));
      expect(await disk()).toBeUndefined();
    } finally {
      execFileSync('umount', [folder]);
      await rm(folder, { recursive: true });
    }
  },
);
