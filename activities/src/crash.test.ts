import { anomaliesOfCheck, rejectsOfLoad, resultsOfCheck, commitOfLoad, dataTable, type Load } from '@assay/clickhouse';
import { describe, expect, test } from 'vitest';
import { eventually, startTestStack, type TestStack } from './testing.ts';

/** Every durable step of a load by name; the worker is killed right before and right after each. */
const steps = [
  'load.insert',
  'load.commit',
  'check.measure',
  'check.record',
  'load.publish',
  'incident.raise',
  'load.sweep',
] as const;
const points = steps.flatMap((step) => [`${step}:before`, `${step}:after`]);

const source = `
source: orders
key: [id]
columns:
  id: { type: Int64 }
  amount: { type: 'Decimal(12, 2)' }
rules:
  - { id: amount-present, not_null: { column: amount }, severity: high }
  - { id: one-row, unique: { columns: [id] } }
`;

const lines = Array.from({ length: 500 }, (_, n) =>
  n % 50 === 7
    ? `{"id":${String(n)},`
    : `{"id":${String(n % 490)},"amount":${n % 9 === 0 ? 'null' : `${String(n)}.25`}}`,
);
const file = { source: 'orders', name: 'orders.jsonl', bytes: `${lines.join('\n')}\n` };

/** All that a person can see of a load, without ids and times. */
async function seen(stack: TestStack, load: Load) {
  const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
  const chunk_ids = commit?.chunk_ids ?? [];
  const { rows } = await stack.db.statement(
    `SELECT _assay_line AS line, c_1, c_2 FROM ${dataTable(load.source_id)}
     WHERE _assay_load_id = ${load.load_id} AND _assay_chunk_id IN (${chunk_ids.join(', ')}) ORDER BY line`,
  );
  const stored = await stack.db.statement(`SELECT count() AS rows FROM ${dataTable(load.source_id)}`);
  const results = await resultsOfCheck(stack.db, load.load_id, load.check_id);
  const anomalies = await anomaliesOfCheck(stack.db, load.load_id, load.check_id);
  const failing = new Set(results.filter(({ verdict }) => verdict === 'fail').map(({ rule_id }) => rule_id));
  // An incident writes what people see of it after it has heard.
  const incidents = await eventually(
    () => stack.db.statement('SELECT rule_id, occurrences, status FROM incidents FINAL ORDER BY rule_id'),
    (answer) => answer.rows.length === failing.size,
  );
  return {
    load: { state: load.state, verdict: load.verdict, records: load.records, rows: load.rows, rejects: load.rejects },
    publication: commit?.state,
    rows,
    stored: stored.rows,
    rejects: await rejectsOfLoad(stack.db, { load_id: load.load_id, chunk_ids, limit: 1_000, offset: 0 }),
    results: results.map(({ rule_id, verdict, value, rows_checked, rows_failed, finding }) => ({
      rule_id,
      verdict,
      value,
      rows_checked,
      rows_failed,
      finding,
    })),
    anomalies: anomalies.map(({ rule_id, verdict, finding }) => ({ rule_id, verdict, finding })),
    incidents: incidents.rows,
  };
}

describe.concurrent('a worker that is killed', { timeout: 180_000 }, () => {
  const golden = undisturbed();

  test.each(points)('at %s changes nothing', async (point) => {
    await using stack = await startTestStack({ worker: false });
    const doomed = await stack.startWorker({ ASSAY_CRASH_AT: point });
    await stack.describe('orders', source);
    const about = await stack.send(file);
    expect(await doomed.ended).toBe('SIGKILL');

    await stack.startWorker();
    const load = await stack.finished(about);
    expect(await seen(stack, load)).toEqual(await golden);
  });
});

async function undisturbed() {
  await using stack = await startTestStack();
  await stack.describe('orders', source);
  const { load } = await stack.ingest(file);
  const golden = await seen(stack, load);
  expect(golden.load).toEqual({ state: 'loaded', verdict: 'fail', records: '500', rows: '490', rejects: '10' });
  return golden;
}
