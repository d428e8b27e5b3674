import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import { connect, type Connection, type Querier } from '../query.ts';
import { someIncident, startTestEngine, type TestEngine } from '../testing.ts';
import { countIncidents, countOpenIncidents, listIncidents, writeIncident } from './incident.ts';

let engine: TestEngine;
let connection: Connection;
let db: Querier;
let ids: string[];

beforeAll(async () => {
  engine = await startTestEngine();
  connection = connect({ url: engine.url, database: engine.database });
  db = connection.querier('default');
  await migrate(db);
  const rows = [
    someIncident(),
    someIncident({ status: 'acknowledged', acknowledged_by: 'ana', severity: 'critical' }),
    someIncident({ status: 'acknowledged', acknowledged_by: 'ben', segment: 'country=DE' }),
    someIncident({ status: 'resolved', acknowledged_by: 'ana', source: 'returns', source_id: '8' }),
    someIncident({ source: 'returns', source_id: '8' }),
  ];
  for (const row of rows) await writeIncident(db, row);
  await writeIncident(connection.querier('other'), someIncident());
  ids = rows.map((row) => row.incident_id);
});

afterAll(async () => {
  await connection.close();
  await engine[Symbol.asyncDispose]();
});

async function listed(page: Partial<Parameters<typeof listIncidents>[1]>): Promise<number[]> {
  const found = await listIncidents(db, { limit: 10, ...page });
  return found.map(({ incident_id }) => ids.indexOf(incident_id));
}

test('incidents are paged by id from either end', async () => {
  expect(await listed({ limit: 2 })).toEqual([4, 3]);
  expect(await listed({ limit: 2, before: ids[3] })).toEqual([2, 1]);
  expect(await listed({ limit: 2, oldest_first: true })).toEqual([0, 1]);
  expect(await listed({ limit: 9, oldest_first: true, before: ids[1] })).toEqual([2, 3, 4]);
});

test('incidents are filtered by who took them, by severity and by words', async () => {
  expect(await listed({ acknowledged_by: 'ana', statuses: ['acknowledged'] })).toEqual([1]);
  expect(await listed({ severities: ['critical'] })).toEqual([1]);
  expect(await listed({ text: 'COUNTRY=de' })).toEqual([2]);
  expect(await listed({ text: 'no amount', source: 'returns' })).toEqual([4, 3]);
  expect(await listed({ text: '%' })).toEqual([]);
});

test('incidents are counted by status under the same filter, and open ones by source', async () => {
  expect(await countIncidents(db, { actor: 'ana' })).toEqual([
    { status: 'acknowledged', incidents: 2, of_actor: 1 },
    { status: 'resolved', incidents: 1, of_actor: 1 },
    { status: 'triggered', incidents: 2, of_actor: 0 },
  ]);
  expect(await countIncidents(db, { actor: 'ana', source: 'returns', severities: ['high'] })).toEqual([
    { status: 'resolved', incidents: 1, of_actor: 1 },
    { status: 'triggered', incidents: 1, of_actor: 0 },
  ]);
  const open = await countOpenIncidents(db);
  expect(open.toSorted((a, b) => a.source_id.localeCompare(b.source_id))).toEqual([
    { source_id: '7', incidents: 3 },
    { source_id: '8', incidents: 1 },
  ]);
});
