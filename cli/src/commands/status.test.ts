import { startTestHouse } from '@assay/api/testing';
import { expect, test, vi } from 'vitest';
import { runScript } from '../testing.ts';

test('status says what is wrong and what to do, with exit code 3, and nothing once it is mended', async () => {
  await using house = await startTestHouse({ worker: false });
  const status = (...args: string[]) =>
    runScript('assay', ['status', ...args], { cwd: house.data_dir, env: { ASSAY_URL: house.url } });
  expect(await status()).toMatchObject({
    code: 3,
    stdout: expect.stringContaining('queue control: 0 workers'),
    stderr: 'worker: No worker serves the queues control, load and small. Start Assay again, or a worker of its own.\n',
  });
  expect(JSON.parse((await status('--json')).stdout)).toMatchObject({ broken: [{ name: 'worker', ok: false }] });
  await house.stack.startWorker();
  await vi.waitFor(async () => expect((await house.fetch('/health/ready')).status).toBe(200), 20_000);
  expect(await status()).toMatchObject({ code: 0, stderr: '' });
});
