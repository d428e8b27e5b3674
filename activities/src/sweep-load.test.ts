import { countRows } from '@assay/clickhouse';
import { startFile } from '@assay/workflows';
import { expect, test } from 'vitest';
import { startTestStack } from './testing.ts';

test('a load whose workflow was ended in the middle and started again leaves no second copy of its rows', async () => {
  await using stack = await startTestStack({ worker: false });
  const worker = await stack.startWorker({ ASSAY_CRASH_AT: 'load.insert:after' });
  const about = await stack.send({ source: 'restarted', name: 'a', bytes: '{"a":1}\n{"a":2}\n' });
  await worker.ended;
  await stack.client.workflow.getHandle(startFile(about).workflowId).terminate('its state is lost');
  await stack.client.workflow.start('checkFile', startFile(about));
  await stack.startWorker();
  expect(await stack.finished(about)).toMatchObject({ state: 'loaded', rows: '2' });
  const stored = await countRows(stack.db, about.source_id, about.load_id);
  expect(stored.map((chunk) => chunk.rows)).toEqual(['2']);
});
