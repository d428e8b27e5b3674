import type { NoticeReason } from '@assay/workflows';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { noticeExample } from './testing/notice-example.ts';
import { noticePayload, payloadOf, titleOf } from './notice-payload.ts';

test('stays below 20 kB whatever names and findings say', () => {
  const worst = '\u0001'.repeat(100_000);
  const incident = { ...noticeExample.incident, finding: worst, segment: worst, file: worst, resolved_by: worst };
  const payload = payloadOf({ ...noticeExample, incident }, 'http://127.0.0.1:4400');
  expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(20_000);
  expect(titleOf({ ...noticeExample, incident }).length).toBeLessThan(800);
});

test('text is cut between characters, never inside one', () => {
  const incident = { ...noticeExample.incident, finding: '😀'.repeat(2_000) };
  expect(payloadOf({ ...noticeExample, incident }, 'http://d').data.incident.finding.isWellFormed()).toBe(true);
});

test.each<NoticeReason>([
  'triggered',
  'escalated',
  'repeat',
  'severity_raised',
  'regressed',
  'acknowledgement_expired',
  'unacknowledged',
  'resolved',
  'exhausted',
])('%s is published by its schema', (reason) => {
  expect(noticePayload.parse(payloadOf({ ...noticeExample, reason }, 'http://d')).data.notification.reason).toBe(
    reason,
  );
});

test('has a JSON Schema for receivers', () => {
  expect(z.toJSONSchema(noticePayload)).toMatchObject({
    type: 'object',
    required: ['type', 'timestamp', 'schema_version', 'data'],
  });
});
