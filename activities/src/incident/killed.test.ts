import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deliveriesOfIncident, incidentById, listAnomalies, listIncidents } from '@assay/clickhouse';
import { incidentMessages, type IncidentView } from '@assay/workflows';
import { expect, test, vi } from 'vitest';
import { startReceiver } from '../channels/testing.ts';
import { startTestStack } from '../testing.ts';
import { noticePayload } from './notice-payload.ts';

const waiting = { timeout: 30_000, interval: 50 };

test('an incident that a file opened escalates on its timer across SIGKILL of worker, Temporal and engine, and stops when resolved', async () => {
  await using receiver = await startReceiver();
  await using stack = await startTestStack({ worker: false });
  await writeFile(
    join(stack.data_dir, 'policies.yaml'),
    JSON.stringify({
      targets: {
        hook: { channel: 'webhook', url: receiver.url, secret_env: 'HOOK', allow_private: true, allow_http: true },
      },
      policies: {
        default: {
          any: {
            levels: [
              { after: '0s', targets: ['hook'] },
              { after: '10s', targets: ['hook'] },
              { after: '600s', targets: ['hook'] },
            ],
          },
        },
      },
    }),
  );
  const env = { HOOK: `whsec_${randomBytes(32).toString('base64')}` };
  const worker = await stack.startWorker(env);
  await stack.describe(
    'orders',
    'source: orders\nrules:\n  - id: amount-present\n    not_null: { column: amount }\n    severity: high',
  );
  const { load } = await stack.ingest({
    source: 'orders',
    name: 'orders.jsonl',
    bytes: '{"amount":null}\n{"amount":1}\n',
  });
  expect(load.verdict).toBe('fail');
  await receiver.until(1);
  const [anomaly] = await listAnomalies(stack.db, { load_id: load.load_id, limit: 10 });
  const incident_id = anomaly?.incident_id ?? '';
  const row = await vi.waitFor(async () => {
    const found = await incidentById(stack.db, incident_id);
    const due = found?.next_escalation_at ?? null;
    if (found === undefined || due === null) throw new Error('it is not written yet');
    return { ...found, due: Date.parse(due) };
  }, waiting);

  await worker.kill('SIGKILL');
  await stack.temporal.kill();
  await stack.engine.kill('SIGKILL');
  await stack.engine.restart();
  await stack.temporal.restart();
  await stack.startWorker(env);

  await receiver.until(2);
  expect(Date.now()).toBeGreaterThanOrEqual(row.due);
  const handle = stack.client.workflow.getHandle(row.workflow_id);
  const resolved = await handle.executeUpdate<IncidentView, [object]>(incidentMessages.resolve, {
    args: [{ incident_id, actor: 'ana', via: 'web', reason: 'fixed_at_source', comment: '' }],
  });
  expect(resolved).toMatchObject({ status: 'resolved', next_escalation_at: null });
  await receiver.until(3);
  const reasons = receiver.received.map(({ body }) => noticePayload.parse(JSON.parse(body)).data.notification.reason);
  expect(reasons).toEqual(['triggered', 'escalated', 'resolved']);
  await vi.waitFor(async () => {
    const deliveries = await deliveriesOfIncident(stack.db, incident_id);
    expect(deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
    expect(await listIncidents(stack.db, { source: 'orders', limit: 10 })).toMatchObject([{ status: 'resolved' }]);
  }, waiting);
}, 120_000);
