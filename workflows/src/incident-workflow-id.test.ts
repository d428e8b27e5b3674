import { expect, test } from 'vitest';
import { incidentWorkflowId } from './incident-workflow-id.ts';

const key = { tenant: 'default', source_id: '5', rule_id: 'r', segment: '' };

test('names tenant, source, rule and segment', () => {
  expect(incidentWorkflowId({ ...key, segment: 'DE / 1' })).toBe('incident:default:5:r:DE%20%2F%201');
});

test('stays short and tells long segments apart', () => {
  const long = 'ü'.repeat(10_000);
  const ids = [long, `${long}a`, `${long}b`].map((segment) => incidentWorkflowId({ ...key, segment }));
  expect(new Set(ids).size).toBe(3);
  expect(Math.max(...ids.map((id) => id.length))).toBeLessThan(800);
});

test('takes text that is no valid Unicode', () => {
  expect(incidentWorkflowId({ ...key, segment: '\ud800' })).toBe('incident:default:5:r:%EF%BF%BD');
});
