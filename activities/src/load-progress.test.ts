import { connect, migrate, QueryError } from '@assay/clickhouse';
import { startTestEngine } from '@assay/clickhouse/testing';
import type { LoadIdentity } from '@assay/workflows';
import { expect, test } from 'vitest';
import { LoadProgress } from './load-progress.ts';

const load: LoadIdentity = {
  tenant: 'default',
  load_id: '1',
  source_id: '1',
  source: 'orders',
  file: 'a.jsonl',
  sha256: '',
  bytes: '100',
  received_at: '2026-01-01T00:00:00.000Z',
  actor: 'test',
  backfill: false,
  replaces: '0',
};

test('progress that cannot be told is heard of and does not fail the load', async () => {
  await using engine = await startTestEngine();
  const connection = connect({ url: engine.url, database: engine.database });
  const db = connection.querier('default');
  await migrate(db);
  const told = async () => (await db.statement("SELECT count() AS told FROM events WHERE type = 'load.progress'")).rows;
  let now = Date.now();
  const failures: unknown[] = [];
  const progress = new LoadProgress(db, load, {
    content_bytes_total: '100',
    now: () => (now += 3_000),
    failed: (error) => failures.push(error),
  });
  await progress.chunk({ bytes: 10, records: 1 });
  expect(await told()).toEqual([{ told: '1' }]);

  await db.command('RENAME TABLE events TO events_away');
  await progress.chunk({ bytes: 10, records: 1 });
  expect(failures).toEqual([expect.any(QueryError)]);

  await db.command('RENAME TABLE events_away TO events');
  await progress.chunk({ bytes: 10, records: 1 });
  expect(await told()).toEqual([{ told: '2' }]);
  expect(failures).toHaveLength(1);
  await connection.close();
});
