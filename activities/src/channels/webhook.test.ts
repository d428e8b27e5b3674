import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { noticeExample } from '../incident/testing/notice-example.ts';
import { noticePayload, payloadOf, titleOf } from '../incident/notice-payload.ts';
import { startReceiver, type Answering } from './testing.ts';
import { webhook } from './webhook.ts';

const current = `whsec_${randomBytes(32).toString('base64')}`;
const previous = `whsec_${randomBytes(24).toString('base64')}`;
const env = { CURRENT: current, PREVIOUS: previous, WEAK: 'whsec_c2hvcnQ=', HOOK_URL: 'https://hooks.example/secret' };
const context = { log: pino({ enabled: false }), env, now: Date.now };
const message = {
  notice_id: 'notice_77_1',
  target: 'ops',
  title: titleOf(noticeExample),
  payload: payloadOf(noticeExample, 'http://127.0.0.1:4400'),
};
const local = { allow_private: true, allow_http: true };

async function send(answer: Answering | undefined, more: Record<string, unknown> = {}) {
  await using receiver = await startReceiver(answer);
  const sent = await webhook.send(message, { url: receiver.url, secret_env: 'CURRENT', ...local, ...more }, context);
  return { sent, received: receiver.received };
}

describe('a webhook', () => {
  test('is signed as Standard Webhooks says, and carries a thin payload', async () => {
    const { sent, received } = await send(undefined);
    expect(sent).toEqual({ state: 'delivered', status_code: 200 });
    const [request] = received;
    if (request === undefined) throw new Error('nothing was received');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const verified = noticePayload.parse(new Webhook(current).verify(request.body, headers));
    expect(verified).toEqual(message.payload);
    expect(verified.type).toBe('incident.triggered');
    expect(verified.data.incident.url).toBe('http://127.0.0.1:4400/incidents/77');
    expect(headers['webhook-id']).toBe('notice_77_1');
    expect(() => new Webhook(previous).verify(request.body, headers)).toThrow();
    expect(() => new Webhook(current).verify(`${request.body} `, headers)).toThrow();
  });

  test('is signed with every secret while one is being replaced', async () => {
    const { received } = await send(undefined, { secret_env: ['CURRENT', 'PREVIOUS'] });
    const [request] = received;
    if (request === undefined) throw new Error('nothing was received');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    for (const secret of [current, previous]) new Webhook(secret).verify(request.body, headers);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
  });

  test.each([
    ['any 2xx is received', 204, {}, { state: 'delivered', status_code: 204 }],
    ['a 500 is tried again', 500, {}, { state: 'retry', status_code: 500, retry_after_ms: null }],
    ['a 404 is tried again', 404, {}, { state: 'retry', status_code: 404 }],
    [
      'a redirect is a failure that says so',
      302,
      { location: 'http://127.0.0.1:1' },
      { state: 'retry', error: expect.stringContaining('redirects are not followed') },
    ],
    ['a 429 says when', 429, { 'retry-after': '120' }, { state: 'retry', retry_after_ms: 120_000 }],
    ['nonsense in Retry-After is not heard', 503, { 'retry-after': 'soon' }, { state: 'retry', retry_after_ms: null }],
    ['a 410 disables', 410, {}, { state: 'failed', status_code: 410, disable: true }],
  ])('%s', async (_, status, headers, expected) => {
    const { sent } = await send((response) => response.writeHead(status, headers).end());
    expect(sent).toMatchObject(expected);
  });

  test('Retry-After may be a date', async () => {
    const date = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 60_000).toUTCString();
    const { sent } = await send((response) => response.writeHead(503, { 'retry-after': date }).end());
    expect(sent).toMatchObject({ retry_after_ms: expect.closeTo(60_000, -4) });
  });

  test.each([
    ['a secret that is not set', { secret_env: 'NOWHERE' }, 'NOWHERE holds no secret'],
    ['a secret that is too short', { secret_env: 'WEAK' }, 'WEAK holds no secret'],
    ['a private address without leave', { allow_private: false }, 'allow_private'],
    ['plain http without leave', { allow_http: false }, 'allow_http'],
  ])('%s fails for good, and nothing is sent', async (_, more, error) => {
    const { sent, received } = await send(undefined, more);
    expect(sent).toMatchObject({ state: 'failed', disable: false, error: expect.stringContaining(error) });
    expect(received).toHaveLength(0);
  });

  test('nobody listens: tried again', async () => {
    const url = await closedPort();
    const sent = await webhook.send(message, { url, secret_env: 'CURRENT', ...local }, context);
    expect(sent).toMatchObject({ state: 'retry', error: expect.stringContaining('ECONNREFUSED') });
  });

  test('its URL can be a secret, too; the receiver is what it stands for', () => {
    expect(webhook.receiver({ url_env: 'HOOK_URL', secret_env: 'CURRENT' }, env)).toBe('https://hooks.example/secret');
  });

  test('names the variable when it holds no URL', async () => {
    const sent = await webhook.send(message, { url_env: 'MISSING', secret_env: 'CURRENT' }, context);
    expect(sent).toMatchObject({ state: 'failed', error: 'MISSING holds no URL.' });
  });

  test.each([
    [{ secret_env: 'A' }, 'either `url` or `url_env`'],
    [{ url: 'https://a.example', url_env: 'B', secret_env: 'A' }, 'either `url` or `url_env`'],
    [{ url: 'https://a.example' }, 'secret_env'],
    [{ url: 'file:///etc/passwd', secret_env: 'A' }, 'begins with https://'],
    [{ url: 'https://a.example', secret_env: 'A', secret: 'x' }, 'secret'],
    [{ url: 'https://a.example', secret_env: 'whsec_abc' }, 'secret_env'],
  ])('a target must be %j: %s', (config, message) => {
    const issues = webhook.config.safeParse(config).error?.issues ?? [];
    expect(JSON.stringify(issues)).toContain(message);
  });
});

async function closedPort(): Promise<string> {
  await using receiver = await startReceiver();
  return receiver.url;
}
