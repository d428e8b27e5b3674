import { startTestHouse } from '@assay/api/testing';
import { expect, test } from 'vitest';
import { runScript, type Ran } from '../testing.ts';

test('of two files sent to replace a load one does, and the other is released in its place, never beside it', async () => {
  await using house = await startTestHouse({ worker: false });
  const assay = (...args: string[]): Promise<Ran> =>
    runScript('assay', args, { cwd: house.data_dir, env: { ASSAY_URL: house.url } });
  const send = (file: string, replaces = '0') =>
    house.client.load.ingest.mutate({ source: 'placed', file, content: `{"file":"${file}"}\n`, replaces });
  const worker = await house.stack.startWorker();
  const first = await send('x');
  await house.client.load.ingestResult.query({ load_id: first.load_id, wait_s: 60 });
  await worker.kill('SIGTERM');
  const sent = [await send('y', first.load_id), await send('z', first.load_id)];
  await house.stack.startWorker();
  for (const { load_id } of sent) await house.client.load.ingestResult.query({ load_id, wait_s: 60 });

  const shown = await Promise.all(
    sent.map(async (load) => ({ ...load, ...(await assay('loads', 'show', load.load_id)) })),
  );
  const [there, late] = shown.sort((one, other) => Number(one.code) - Number(other.code));
  if (there === undefined || late === undefined) throw new Error('nothing was sent');
  expect([there.code, late.code]).toEqual([0, 3]);
  expect(late.stdout).toContain(`held: Load ${there.load_id} (${there.file}) was published in the place of`);

  expect(await assay('loads', 'restore', first.load_id)).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining(`Withdraw load ${there.load_id} first, then try again.`),
  });
  expect(await assay('loads', 'release', late.load_id)).toMatchObject({
    code: 0,
    stdout: `load ${late.load_id} is published, and load ${there.load_id}, whose place it takes, is withdrawn\n`,
  });
  expect((await assay('loads', 'show', late.load_id)).code).toBe(0);
});
