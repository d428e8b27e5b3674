import { pino } from 'pino';
import { expect, test } from 'vitest';
import { noticeExample } from '../incident/testing/notice-example.ts';
import { payloadOf, titleOf } from '../incident/notice-payload.ts';
import { log } from './log.ts';

test('a notice is one structured line', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => lines.push(line) });
  const message = {
    notice_id: 'n',
    target: 'log',
    title: titleOf(noticeExample),
    payload: payloadOf(noticeExample, 'http://d'),
  };
  expect(await log.send(message, {}, { log: logger, env: {}, now: Date.now })).toEqual({
    state: 'delivered',
    status_code: 0,
  });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    notice_id: 'n',
    type: 'incident.triggered',
    reason: 'triggered',
    level: 1,
    incident: { incident_id: '77', url: 'http://d/incidents/77' },
    msg: '[high] orders · amount-present (triggered): 7% of amount are null.',
  });
});
