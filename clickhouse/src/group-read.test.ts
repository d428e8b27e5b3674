import { expect, test } from 'vitest';
import { QueryError } from './errors.ts';
import { GroupRead, type Found, type Key, type Question } from './group-read.ts';
import { Turns } from './turns.ts';

const a: Question = { sql: 'a', by: { id: 'String' } };
const b: Question = { sql: 'b', by: { id: 'String' } };
const checks: Question = { sql: 'checks', by: { load: 'UInt64', check: 'UInt64' } };

/** Reads that end when they are told to. */
function slowQuestion() {
  const reads: { question: Question; keys: readonly Key[]; end: (answer: readonly Found[] | Error) => void }[] = [];
  const group = new GroupRead(
    (question, keys) =>
      new Promise((resolve, reject) => {
        reads.push({ question, keys, end: (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)) });
      }),
    new Turns(2),
  );
  return { group, reads };
}

test('what is asked while a read is under way goes together and begins after it was asked, question by question', async () => {
  const { group, reads } = slowQuestion();
  const first = group.rows(a, { id: '1' });
  const elsewhere = group.rows(b, { id: '4' });
  await expect.poll(() => reads.length).toBe(2);
  const others = ['2', '3', '2'].map((id) => group.rows(a, { id }));
  expect(reads.map(({ question, keys }) => [question.sql, keys])).toEqual([
    ['a', [{ id: '1' }]],
    ['b', [{ id: '4' }]],
  ]);
  reads[0]?.end([{ id: '1', value: 'one' }]);
  reads[1]?.end([]);
  expect(await first).toEqual([{ id: '1', value: 'one' }]);
  expect(await elsewhere).toEqual([]);
  await expect.poll(() => reads.length).toBe(3);
  expect(reads[2]?.keys).toEqual([{ id: '2' }, { id: '3' }]);
  reads[2]?.end([
    { id: '3', value: 'b' },
    { id: '2', value: 'a' },
    { id: '3', value: 'c' },
  ]);
  expect(await Promise.all(others)).toEqual([
    [{ id: '2', value: 'a' }],
    [
      { id: '3', value: 'b' },
      { id: '3', value: 'c' },
    ],
    [{ id: '2', value: 'a' }],
  ]);
});

test('rows of keys that only share some fields are nobody’s', async () => {
  const { group, reads } = slowQuestion();
  const others = [
    { load: '1', check: '1' },
    { load: '2', check: '2' },
  ].map((key) => group.rows(checks, key));
  await expect.poll(() => reads.length).toBe(1);
  reads[0]?.end([
    { load: '1', check: '2' },
    { load: '2', check: '2' },
  ]);
  expect(await Promise.all(others)).toEqual([[], [{ load: '2', check: '2' }]]);
});

test('a failure is heard by all of the group, and the next read is a new one', async () => {
  const { group, reads } = slowQuestion();
  const failed = group.rows(a, { id: '1' });
  await expect.poll(() => reads.length).toBe(1);
  reads[0]?.end(new Error('no'));
  await expect(failed).rejects.toThrow('no');
  const next = group.rows(a, { id: '1' });
  await expect.poll(() => reads.length).toBe(2);
  reads[1]?.end([{ id: '1' }]);
  expect(await next).toEqual([{ id: '1' }]);
});

test('a key that the engine refuses takes no other one down with it', async () => {
  const { group, reads } = slowQuestion();
  const answers = Promise.allSettled(['1', 'bad', '2'].map((id) => group.rows(a, { id })));
  await expect.poll(() => reads.length).toBe(1);
  const refused = new QueryError('no such number', { code: 6, trouble: 'refused', query_id: '', cause: undefined });
  reads[0]?.end(refused);
  for (const [place, answer] of [[{ id: '1' }], refused, [{ id: '2' }]].entries()) {
    await expect.poll(() => reads.length).toBe(place + 2);
    reads[place + 1]?.end(answer);
  }
  expect(await answers).toMatchObject([{ value: [{ id: '1' }] }, { reason: refused }, { value: [{ id: '2' }] }]);
});

test('more questions than turns wait in line, and what is asked meanwhile goes along', async () => {
  const { group, reads } = slowQuestion();
  const first = [group.rows(a, { id: '1' }), group.rows(b, { id: '2' })];
  await expect.poll(() => reads.length).toBe(2);
  const third = [group.rows(checks, { load: '1', check: '1' }), group.rows(checks, { load: '2', check: '2' })];
  reads[0]?.end([]);
  await expect.poll(() => reads.length).toBe(3);
  expect(reads[2]?.keys).toHaveLength(2);
  reads[1]?.end([]);
  reads[2]?.end([]);
  expect(await Promise.all([...first, ...third])).toEqual([[], [], [], []]);
});
