import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

test('a file becomes rows and rejects, a verdict and a published load', async () => {
  const { load, finished } = await stack.ingest({
    source: 'first',
    name: 'a.jsonl',
    bytes: '{"id":1,"amount":1.50}\n{"id":2,"amount":null}\nnot json\n{"id":3}\n',
  });
  expect(load).toMatchObject({ state: 'loaded', verdict: 'warn', records: '4', rows: '3', rejects: '1', format: 'jsonl' });
  expect(finished).toMatchObject({ state: 'loaded', swept: '0' });
});
