import { connect, emitEvent, newId, timestampOf, type Connection, type Querier } from '@assay/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';

let api: TestApi;
let connection: Connection;
let db: Querier;

beforeAll(async () => {
  api = await startTestApi();
  connection = connect({ url: api.engine.url, database: api.engine.database });
  db = connection.querier('default');
});

afterAll(async () => {
  await connection.close();
  await api[Symbol.asyncDispose]();
});

interface Told {
  readonly id: string;
  readonly type: string;
}

/** A listener as a browser is one; `until` reads on until so many events came. */
async function listen(headers: Record<string, string> = {}) {
  const stop = new AbortController();
  const response = await api.fetch('/api/v1/events', { headers, signal: stop.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const told: Told[] = [];
  const read = async (enough: () => boolean) => {
    while (!enough()) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) break;
      text += piece.value;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id, type] = /^id: (\d+)\nevent: (.+)\ndata: /.exec(block) ?? [];
        if (id !== undefined && type !== undefined) told.push({ id, type });
      }
    }
  };
  return {
    response,
    told,
    until: async (count: number) => {
      await read(() => told.length >= count);
      return told.map((event) => event.type);
    },
    /** What comes when nothing more is expected: a marker event closes the wait. */
    stop: () => {
      stop.abort();
    },
  };
}

function happen(type: string, now = Date.now(), tenant = db): Promise<void> {
  return emitEvent(tenant, { type, ids: { source: 'orders' }, now });
}

test('tells what happens from now on, in order and once, to everybody who listens', async () => {
  await happen('before');
  const one = await listen();
  const two = await listen();
  expect(one.response.headers.get('content-type')).toContain('text/event-stream');
  for (const type of ['first', 'second', 'third']) await happen(type);
  expect(await one.until(3)).toEqual(['first', 'second', 'third']);
  expect(await two.until(3)).toEqual(['first', 'second', 'third']);
  one.stop();
  two.stop();
});

test('resumes after the last event a listener saw: nothing twice, nothing missed', async () => {
  const first = await listen();
  for (const type of ['a', 'b', 'c']) await happen(type);
  await first.until(2);
  first.stop();
  const [, second] = first.told;
  for (const type of ['d', 'e']) await happen(type);
  const resumed = await listen({ 'Last-Event-ID': second?.id ?? '' });
  await happen('f');
  expect(await resumed.until(4)).toEqual(['c', 'd', 'e', 'f']);
  resumed.stop();
});

test('resumes at an API process that never saw the listener before', async () => {
  const first = await listen();
  await happen('seen');
  await first.until(1);
  first.stop();
  await happen('missed');
  await using other = await startTestApi({ engine: api.engine });
  const answer = await other.fetch('/api/v1/events', { headers: { 'Last-Event-ID': first.told[0]?.id ?? '' } });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('event: missed')) text += (await reader?.read())?.value ?? '';
  expect(text).not.toContain('event: seen');
  await reader?.cancel();
});

test('an event that becomes visible after a later one is told all the same', async () => {
  const listener = await listen();
  const now = Date.now();
  await happen('later', now + 50);
  expect(await listener.until(1)).toEqual(['later']);
  await db.insert('events', [{ at: timestampOf(now), event_id: newId(now), type: 'late', ids: {}, data: '{}' }]);
  expect(await listener.until(2)).toEqual(['later', 'late']);
  listener.stop();
});

test('tells nothing of another tenant', async () => {
  const listener = await listen();
  await happen('theirs', Date.now(), connection.querier('other'));
  await happen('ours');
  expect(await listener.until(1)).toEqual(['ours']);
  listener.stop();
});

test('an id that is none is refused', async () => {
  expect((await api.fetch('/api/v1/events', { headers: { 'Last-Event-ID': 'x' } })).status).toBe(400);
});

test('the same stream over tRPC carries the id to resume from', async () => {
  const stop = new AbortController();
  const answer = await api.fetch('/trpc/event.stream', { signal: stop.signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader?.read())?.value ?? '';
  // tRPC greets before the procedure listens, so that one event alone could come too early.
  const told: Promise<void>[] = [];
  const repeated = setInterval(() => told.push(happen('over trpc')), 100);
  while (!text.includes('over trpc')) text += (await reader?.read())?.value ?? '';
  const [, event_id] = /"event_id":"(\d+)"/.exec(text) ?? [];
  expect(text).toContain(`id: ${event_id ?? 'none'}`);
  clearInterval(repeated);
  await Promise.all(told);
  stop.abort();
});
