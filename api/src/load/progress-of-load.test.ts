import { connect, emitEvent, migrate } from '@assay/clickhouse';
import { startTestEngine } from '@assay/clickhouse/testing';
import { expect, test } from 'vitest';
import { progressOf } from './progress-of-load.ts';

test('a load tells how far its reading is while it is read, and no rate or time left once that is over', async () => {
  await using engine = await startTestEngine();
  const connection = connect({ url: engine.url, database: engine.database });
  const db = connection.querier('default');
  await migrate(db);
  const data = { stage: 'loading', content_bytes: '25', content_bytes_total: '100', records: '50', elapsed_ms: 1_000 };
  await emitEvent(db, { type: 'load.progress', ids: { load_id: '7' }, data, now: Date.now() });

  const reading = await progressOf({ db }, { load_id: '7', state: 'loading' });
  expect(reading).toMatchObject({ bytes_done: '25', records: '50', records_per_s: 50, eta_s: 3 });
  for (const state of ['received', 'committed', 'checking', 'loaded'] as const)
    expect([state, await progressOf({ db }, { load_id: '7', state })]).toEqual([state, null]);
  await connection.close();
});
