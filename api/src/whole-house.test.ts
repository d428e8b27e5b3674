import { gzipSync } from 'node:zlib';
import { tracesOfSource } from '@assay/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingestResult } from './shapes/ingest-result.ts';
import { receipt, type Receipt } from './shapes/load.ts';
import { startTestHouse, type TestHouse } from './testing.ts';

let house: TestHouse;
let client: TestHouse['client'];

beforeAll(async () => {
  house = await startTestHouse();
  client = house.client;
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

const document = `
event_time: at
key: [id]
columns:
  id: { type: Int64 }
  at: { type: 'DateTime64(3)' }
  amount: { type: 'Decimal(12, 2)' }
  mail: { type: String, mask: true }
rules:
  - id: amount-present
    not_null: { column: amount }
`;

function rows(day: number, change: (place: number) => object = () => ({})): string {
  return Array.from({ length: 24 }, (_, hour) => {
    const at = `2026-11-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:30:00.000Z`;
    const id = `${day}${String(hour).padStart(2, '0')}`;
    return `${JSON.stringify({ id: Number(id), at, amount: hour + 0.5, mail: `p${id}@example.org`, ...change(hour) })}\n`;
  }).join('');
}

async function upload(
  source: string,
  file: string,
  body: string | Uint8Array<ArrayBuffer>,
  query = '',
): Promise<Receipt> {
  const answer = await house.fetch(`/api/v1/sources/${source}/files?file=${encodeURIComponent(file)}${query}`, {
    method: 'POST',
    body,
  });
  expect(answer.status).toBe(202);
  return receipt.parse(await answer.json());
}

async function ingest(source: string, file: string, body: string, query = '') {
  const { load_id } = await upload(source, file, body, query);
  return client.load.ingestResult.query({ load_id, wait_s: 60 });
}

test('is ready once engine, tables, Temporal and worker are', async () => {
  expect(await house.json('/health/ready')).toMatchObject({ status: 'ok' });
});

test('a rule is created, tried, changed, restored and deleted, each a version with who and why', async () => {
  await client.source.putDocument.mutate({ source: 'versions', yaml: document, why: 'begin' });
  const rule = { range: { column: 'amount', min: '0' }, severity: 'high' };
  const put = await client.rule.put.mutate({
    source: 'versions',
    rule_id: 'not-negative',
    rule,
    why: 'refunds have a file of their own',
  });
  expect(put).toMatchObject({ kind: 'range', severity: 'high', rule: { id: 'not-negative', ...rule } });
  await client.rule.put.mutate({
    source: 'versions',
    rule_id: 'not-negative',
    rule: { range: { column: 'amount', min: '1' } },
  });

  const history = await client.rule.history.query({ source: 'versions', rule_id: 'not-negative' });
  expect(history.items.map(({ why, rule: text }) => [why, text['range']])).toEqual([
    ['', { column: 'amount', min: '1' }],
    ['refunds have a file of their own', { column: 'amount', min: '0' }],
  ]);
  const restored = await client.rule.restore.mutate({
    source: 'versions',
    rule_id: 'not-negative',
    version: Number(put.version),
  });
  expect(restored.rule).toMatchObject({ range: { min: '0' } });

  await client.rule.delete.mutate({ source: 'versions', rule_id: 'not-negative', why: 'no more' });
  await expect(client.rule.get.query({ source: 'versions', rule_id: 'not-negative' })).rejects.toMatchObject({
    data: { code: 'not_found' },
  });
  const { items } = await client.source.history.query({ source: 'versions' });
  expect(items.map((version) => version.why)).toEqual([
    'no more',
    `restored version ${put.version}`,
    '',
    'refunds have a file of their own',
    'begin',
    'first seen',
  ]);
});

test('an edit of a version that is not the newest is refused and says so', async () => {
  await client.source.putDocument.mutate({ source: 'raced', yaml: document });
  const rule = { row_count: {}, fail: { value: '< 1' } };
  await expect(
    client.rule.put.mutate({ source: 'raced', rule_id: 'a', rule, expected_version: 1 }),
  ).rejects.toMatchObject({
    message: expect.stringContaining('somebody changed it meanwhile'),
    data: { code: 'conflict', http_status: 409 },
  });
});

test('a rule on a column that does not exist is refused with the nearest one', async () => {
  await client.source.putDocument.mutate({ source: 'typo', yaml: document });
  const rule = { not_null: { column: 'amuont' } };
  const checked = await client.rule.validate.mutate({ source: 'typo', rule });
  expect(checked).toMatchObject({
    valid: false,
    problems: [{ path: ['not_null', 'column'], message: expect.stringContaining('amount') }],
  });
  await expect(client.rule.put.mutate({ source: 'typo', rule_id: 'x', rule })).rejects.toMatchObject({
    data: { code: 'invalid_input' },
  });
});

test('a document comes back as it was meant, and means no change', async () => {
  await client.source.putDocument.mutate({ source: 'round', yaml: document });
  const { yaml, document: json } = await client.source.document.query({ source: 'round' });
  expect(await client.source.plan.mutate({ source: 'round', yaml })).toMatchObject({ equal: true, changes: [] });
  expect(await client.source.plan.mutate({ source: 'round', document: json })).toMatchObject({ equal: true });
  expect(await client.source.plan.mutate({ source: 'round', yaml: document })).toMatchObject({ equal: true });
  const other = document.replace('id: { type: Int64 }', 'id: { type: String }');
  const plan = await client.source.plan.mutate({ source: 'round', yaml: other });
  expect(plan).toMatchObject({ exists: true, equal: false, changes: [expect.stringContaining('columns.id')] });
});

test('a load shows its rows, failures, rejects, columns, stages and workflow', async () => {
  await client.source.putDocument.mutate({ source: 'shown', yaml: document });
  await ingest('shown', 'day 20.jsonl', rows(20));
  const body = `${rows(1, (hour) => (hour % 6 === 0 ? { amount: null, extra: { deep: 1.5 } } : {}))}nonsense\n`;
  const result = ingestResult.parse(await ingest('shown', 'day 1 ü.jsonl', body));
  expect(result).toMatchObject({
    file: 'day 1 ü.jsonl',
    state: 'loaded',
    verdict: 'fail',
    records: '25',
    rows: '24',
    rejects: '1',
  });
  const { load_id } = result;

  const detail = await client.load.get.query({ load_id });
  expect(detail.stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
    'received done',
    'loading done',
    'checking done',
    'publishing done',
  ]);
  expect(detail).toMatchObject({
    publication: 'published',
    available_decisions: ['withdraw'],
    reject_reasons: [{ records: '1', first_line: '25' }],
  });
  expect(detail.columns.find((column) => column.column === 'amount')).toMatchObject({ nulls: '4' });
  expect(detail.columns.find((column) => column.column === 'mail')).toMatchObject({ min: null, max: null });

  const page = await client.load.rows.query({ load_id, limit: 3, offset: 5 });
  expect(page.total).toBe(24);
  expect(page.columns.map((column) => column.name)).toEqual(['id', 'at', 'amount', 'mail']);
  expect(page.items.map((row) => [row.line, row.values[0], row.values[2], row.values[3]])).toEqual([
    ['6', '105', '5.5', '•••'],
    ['7', '106', null, '•••'],
    ['8', '107', '7.5', '•••'],
  ]);
  // The source has a mask, so what nobody declared is hidden, too.
  expect(page.items[1]).toMatchObject({ extra: { extra: '•••' }, failed: [{ rule_id: 'amount-present' }] });

  const failed = await client.load.rows.query({ load_id, failed: true, rule_id: 'amount-present' });
  expect(failed.total).toBe(4);
  expect(failed.items.map((row) => row.line)).toEqual(['1', '7', '13', '19']);
  expect((await client.load.failedRows.query({ load_id })).items[0]).toMatchObject({ key: { id: '100' } });
  expect(await client.load.rejects.query({ load_id })).toMatchObject({
    total: 1,
    items: [{ line: '25', raw: '•••' }],
  });

  const source = await client.source.get.query({ source: 'shown' });
  expect(source).toMatchObject({
    rules: 3,
    incidents_open: 1,
    undeclared: [{ name: 'extra', rows: '4', suggested_type: 'JSON' }],
  });
  expect(source.null_heat.columns.find((column) => column.column === 'amount')?.cells).toEqual([
    expect.objectContaining({ nulls: '0', share: 0 }),
    expect.objectContaining({ nulls: '4', share: 0.166666 }),
  ]);
});

test('a list of rules tells the columns each looks at, those of expressions too', async () => {
  const looking = `${document}  - id: paid-in-time
    row_expression: { expression: 'amount >= 0 OR mail IS NULL' }
`;
  await client.source.putDocument.mutate({ source: 'looking', yaml: looking, why: 'begin' });
  const { items } = await client.rule.list.query({ source: 'looking' });
  const columns = Object.fromEntries(items.map((rule) => [rule.rule_id, rule.columns]));
  expect(columns).toMatchObject({ 'amount-present': ['amount'], 'paid-in-time': ['amount', 'mail'] });
});

test('a list of sources tells which columns lack most values, load by load', async () => {
  await client.source.putDocument.mutate({ source: 'gaps', yaml: document, why: 'begin' });
  await ingest('gaps', 'full.jsonl', rows(1));
  await ingest(
    'gaps',
    'gaps.jsonl',
    rows(2, (hour) => ({ amount: hour < 6 ? null : hour, mail: hour < 12 ? null : 'm' })),
  );
  await ingest(
    'gaps',
    'mended.jsonl',
    rows(3, (hour) => ({ amount: hour < 6 ? null : hour })),
  );
  const { items } = await client.source.list.query({});
  expect(items.find(({ source }) => source === 'gaps')?.missing).toEqual([
    { column: 'amount', shares: [0, 0.25, 0.25] },
    { column: 'mail', shares: [0, 0.5, 0] },
  ]);
});

test('a chart counts rows and measures a column over event time, with its anomalies', async () => {
  await client.source.putDocument.mutate({ source: 'charted', yaml: document });
  await ingest('charted', 'a.jsonl', rows(2));
  await ingest(
    'charted',
    'b.jsonl',
    rows(3, () => ({ amount: null })),
  );
  const chart = await client.source.chart.query({ source: 'charted', column: 'amount', points: 10 });
  expect(chart).toMatchObject({ time: 'event_time', interval_s: 21_600, numeric_columns: ['id', 'amount'] });
  expect(chart.points.map(({ rows: count, mean }) => [count, mean])).toEqual([
    ['6', '3'],
    ['6', '9'],
    ['6', '15'],
    ['6', '21'],
    ['6', null],
    ['6', null],
    ['6', null],
    ['6', null],
  ]);
  expect(chart.anomalies).toMatchObject([{ rule_id: 'amount-present', at: '2026-11-03T00:30:00.000Z' }]);
  await expect(client.source.chart.query({ source: 'charted', column: 'mail' })).rejects.toMatchObject({
    data: { code: 'not_found' },
  });
});

test('columns that files brought are accepted in one action and filled from the next file on', async () => {
  await client.source.putDocument.mutate({ source: 'drifting', yaml: document });
  await ingest('drifting', 'first.jsonl', rows(21));
  await ingest(
    'drifting',
    'a.jsonl',
    rows(4, () => ({ channel: 'web' })),
  );
  const { undeclared, undeclared_in } = await client.source.get.query({ source: 'drifting' });
  expect(undeclared).toEqual([
    {
      name: 'channel',
      rows: '24',
      integers: '0',
      numbers: '0',
      texts: '24',
      bools: '0',
      suggested_type: 'String',
      declared_type: null,
      // The source masks a column, so no value of a key is shown.
      samples: [],
    },
  ]);
  await client.source.acceptColumns.mutate({ source: 'drifting', columns: [{ name: 'channel', type: 'String' }] });
  // What was read before has the key still; its source has not.
  const of_load = await client.load.undeclaredKeys.query({ load_id: undeclared_in?.load_id ?? '' });
  expect(of_load.items).toMatchObject([{ name: 'channel', declared_type: 'String' }]);
  expect((await client.source.get.query({ source: 'drifting' })).undeclared).toEqual([]);
  const { columns } = await ingest(
    'drifting',
    'b.jsonl',
    rows(5, () => ({ channel: 'shop' })),
  );
  expect(columns.find((column) => column.name === 'channel')).toMatchObject({ nulls: '0', min: 'shop' });
  expect((await client.source.get.query({ source: 'drifting' })).undeclared).toEqual([]);
});

test('an incident is acknowledged, commented, resolved and reopened; what cannot be done is refused with a reason', async () => {
  await client.source.putDocument.mutate({ source: 'incidents', yaml: document });
  const { incidents } = await ingest(
    'incidents',
    'a.jsonl',
    rows(6, () => ({ amount: null })),
  );
  const incident_id = incidents[0]?.incident_id ?? '';
  const before = await client.incident.get.query({ incident_id });
  expect(before.incident).toMatchObject({
    status: 'triggered',
    available_transitions: ['acknowledge', 'resolve', 'comment'],
  });

  expect(await client.incident.acknowledge.mutate({ incident_id })).toMatchObject({
    status: 'acknowledged',
    next_escalation_at: null,
  });
  await client.incident.comment.mutate({ incident_id, comment: 'the exporter was rolled back' });
  expect(await client.incident.resolve.mutate({ incident_id, reason: 'fixed_pipeline' })).toMatchObject({
    status: 'resolved',
    available_transitions: ['reopen', 'comment'],
  });
  await expect(client.incident.acknowledge.mutate({ incident_id })).rejects.toMatchObject({
    data: { code: 'conflict' },
  });
  expect(await client.incident.reopen.mutate({ incident_id })).toMatchObject({
    status: expect.not.stringMatching('resolved'),
  });

  const after = await client.incident.get.query({ incident_id });
  expect(after.timeline.map((entry) => entry.type)).toEqual(
    expect.arrayContaining(['incident.triggered', 'incident.acknowledged', 'incident.commented', 'incident.resolved']),
  );
  expect(after.timeline.find((entry) => entry.type === 'incident.acknowledged')).toMatchObject({ via: 'web' });
  expect((await client.incident.list.query({ source: 'incidents' })).items).toHaveLength(1);
});

test('a load is withdrawn from every view and restored', async () => {
  await client.source.putDocument.mutate({ source: 'withdrawn', yaml: document });
  const { load_id } = await ingest(
    'withdrawn',
    'a.jsonl',
    rows(7, () => ({ amount: null })),
  );
  expect(await client.load.withdraw.mutate({ load_id, reason: 'sent by mistake' })).toMatchObject({
    available_decisions: ['restore'],
  });
  expect((await client.load.get.query({ load_id })).load).toMatchObject({
    state: 'withdrawn',
    reason: 'sent by mistake',
  });
  expect((await client.source.chart.query({ source: 'withdrawn' })).points).toEqual([]);
  expect((await client.anomaly.list.query({ source: 'withdrawn' })).items).toEqual([]);
  await expect(client.load.release.mutate({ load_id })).rejects.toMatchObject({ data: { code: 'conflict' } });
  await client.load.restore.mutate({ load_id });
  expect((await client.source.chart.query({ source: 'withdrawn' })).points).not.toEqual([]);
});

test('a file replaces another in one step; the same content cannot replace itself', async () => {
  await client.source.putDocument.mutate({ source: 'replaced', yaml: document });
  const first = await ingest('replaced', 'a.jsonl', rows(8));
  await ingest(
    'replaced',
    'a-fixed.jsonl',
    rows(8, () => ({ amount: '1.00' })),
    `&replaces=${first.load_id}`,
  );
  expect((await client.load.get.query({ load_id: first.load_id })).load.state).toBe('withdrawn');
});

test('a load that was replaced is neither replaced once more nor restored beside its replacement', async () => {
  const first = await ingest('beside', 'a.jsonl', rows(8));
  const second = await ingest('beside', 'b.jsonl', rows(9), `&replaces=${first.load_id}`);
  const repeated = await upload('beside', 'b.jsonl', rows(9), `&replaces=${first.load_id}`);
  expect(repeated).toMatchObject({ load_id: second.load_id, duplicate: true });
  const again = await house.fetch(`/api/v1/sources/beside/files?file=c.jsonl&replaces=${first.load_id}`, {
    method: 'POST',
    body: rows(10),
  });
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({
    code: 'conflict',
    message: `Load ${second.load_id} (b.jsonl) is published in the place of load ${first.load_id} by now: send this file to replace load ${second.load_id} instead.`,
  });
  const restore = ({ load_id }: { load_id: string }) => house.post(`/api/v1/loads/${load_id}/restore`, { reason: '' });
  const refused = await restore(first);
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({
    code: 'conflict',
    message: `Load ${second.load_id} (b.jsonl) is published in the place of load ${first.load_id}, and of the two only one can count. Withdraw load ${second.load_id} first, then try again.`,
  });

  await client.load.withdraw.mutate({ load_id: second.load_id, reason: 'worse' });
  await client.load.restore.mutate({ load_id: second.load_id });
  await client.load.withdraw.mutate({ load_id: second.load_id, reason: 'worse' });
  expect((await restore(first)).status).toBe(200);
  expect((await restore(second)).status).toBe(409);
});

test('a damaged file that replaces another does so once it is released', async () => {
  const first = await ingest('replaced-late', 'a.jsonl', rows(12));
  const cut = gzipSync('{"order_id":"x"}\n'.repeat(9_000), { level: 0 }).subarray(0, 70_000);
  const { load_id } = await upload('replaced-late', 'b.jsonl', cut, `&replaces=${first.load_id}`);
  await client.load.ingestResult.query({ load_id, wait_s: 60 });
  const stateOf = async (id: string) => (await client.load.get.query({ load_id: id })).load.state;
  expect([await stateOf(first.load_id), await stateOf(load_id)]).toEqual(['loaded', 'partial']);
  expect(await client.load.release.mutate({ load_id })).toMatchObject({ in_place_of: first.load_id });
  expect([await stateOf(first.load_id), await stateOf(load_id)]).toEqual(['withdrawn', 'loaded']);
});

test('the same content sent ten times at once is one load', async () => {
  const receipts = await Promise.all(
    Array.from({ length: 10 }, (_, n) => upload('raced-upload', `copy-${n}.jsonl`, rows(10))),
  );
  expect(new Set(receipts.map((one) => one.load_id)).size).toBe(1);
  expect(receipts.filter((one) => !one.duplicate)).toHaveLength(1);
  const [{ load_id } = { load_id: '' }] = receipts;
  await client.load.ingestResult.query({ load_id, wait_s: 60 });
  expect((await client.load.get.query({ load_id })).arrivals.map((arrival) => arrival.file).sort()).toEqual(
    Array.from({ length: 10 }, (_, n) => `copy-${n}.jsonl`),
  );
});

test('a deleted source leaves nothing but the record of who deleted it, and its name can begin anew', async () => {
  await client.source.putDocument.mutate({ source: 'deleted', yaml: document });
  const { load_id } = await ingest(
    'deleted',
    'a.jsonl',
    rows(11, () => ({ amount: null })),
  );
  const { source_id } = await client.source.get.query({ source: 'deleted' });
  expect(await client.source.delete.mutate({ source: 'deleted' })).toEqual({
    source: 'deleted',
    loads: 1,
    incidents: 1,
  });
  expect(await tracesOfSource(house.stack.db, source_id)).toEqual({ loads: [], incidents: [] });
  expect(await house.stack.inbox.manifest(load_id)).toBeUndefined();
  await expect(client.source.get.query({ source: 'deleted' })).rejects.toMatchObject({ data: { code: 'not_found' } });
  expect((await client.system.audit.query({ subject: 'source:deleted' })).items[0]).toMatchObject({
    action: 'source.delete',
    via: 'web',
  });
  const resent = await ingest(
    'deleted',
    'a.jsonl',
    rows(11, () => ({ amount: null })),
  );
  expect(resent.load_id).not.toBe(load_id);
  expect(resent).toMatchObject({ state: 'loaded', rows: '24' });
  expect(await ingest('deleted', 'a.jsonl', rows(11))).toMatchObject({ state: 'loaded', verdict: 'pass', rows: '24' });
});

test('metrics count what was loaded and who is there to do it', async () => {
  const text = await (await house.fetch('/metrics')).text();
  expect(text).toContain('assay_rows_total{source="shown"} 48');
  expect(text).toContain('assay_rejects_total{source="shown"} 1');
  expect(text).toContain('assay_temporal_up 1');
  expect(text).toMatch(/assay_queue_pollers\{queue="load"\} [1-9]/);
  expect(text).toMatch(/assay_stage_seconds_count\{stage="loading"\} \d+/);
  expect(text).toMatch(/assay_verdicts_total\{verdict="fail"\} \d+/);
});

test('a small file goes through tRPC, too', async () => {
  const { load_id } = await client.load.ingest.mutate({ source: 'by-trpc', file: 'ü.jsonl', content: '{"a":"ü"}\n' });
  expect(await client.load.ingestResult.query({ load_id, wait_s: 60 })).toMatchObject({
    file: 'ü.jsonl',
    rows: '1',
    bytes: '11',
    state: 'loaded',
  });
});

test('a refused file can be read again once its source allows more, and is the same load until then', async () => {
  const body = '{"n":1}\n{"n":2}\n{"n":3}\n';
  await client.source.putDocument.mutate({ source: 'strict', yaml: 'limits: { rows_max: 2 }\n', why: '' });
  const refused = await ingest('strict', 'a.jsonl', body);
  expect(refused).toMatchObject({ state: 'refused', verdict: 'error' });
  expect(await upload('strict', 'a.jsonl', body)).toMatchObject({ load_id: refused.load_id, duplicate: true });

  await client.source.putDocument.mutate({ source: 'strict', yaml: 'limits: { rows_max: 9 }\n', why: 'it grew' });
  const read = await ingest('strict', 'a.jsonl', body, '&again=true');
  expect(read).toMatchObject({ state: 'loaded', rows: '3' });
  expect(read.load_id).not.toBe(refused.load_id);
  expect(await upload('strict', 'a.jsonl', body)).toMatchObject({ load_id: read.load_id, duplicate: true });
});
