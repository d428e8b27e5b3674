import { expect, test } from 'vitest';
import { QueryError } from './errors.ts';
import { GroupInsert } from './group-insert.ts';
import { Turns } from './turns.ts';

/** Writes that end when they are told to. */
function slowTable() {
  const writes: { table: string; rows: readonly unknown[]; end: (error?: Error) => void }[] = [];
  const group = new GroupInsert(
    (table, rows) =>
      new Promise((resolve, reject) => {
        writes.push({ table, rows, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    new Turns(2),
  );
  return { group, writes };
}

const refused = (retryable: boolean) =>
  new QueryError('no', { code: 1, trouble: retryable ? 'away' : 'refused', query_id: '', cause: undefined });

test('what comes while an insert is under way goes together, in its order, table by table', async () => {
  const { group, writes } = slowTable();
  const done = [group.insert('a', [{ n: 1 }]), group.insert('b', [{ n: 4 }])];
  await expect.poll(() => writes.length).toBe(2);
  done.push(...[2, 3].map((n) => group.insert('a', [{ n }])));
  expect(writes.map(({ table, rows }) => [table, rows.length])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  writes[0]?.end();
  await done[0];
  await expect.poll(() => writes.length).toBe(3);
  expect(writes[2]?.rows).toEqual([{ n: 2 }, { n: 3 }]);
  writes[1]?.end();
  writes[2]?.end();
  await Promise.all(done);
});

test('each hears of its own rows: those that are refused take no others down', async () => {
  const stored: unknown[] = [];
  const group = new GroupInsert<{ n: number; bad?: boolean }>(async (_table, rows) => {
    await Promise.resolve();
    if (rows.some((row) => row.bad === true)) throw refused(false);
    stored.push(...rows);
  }, new Turns(2));
  const outcomes = await Promise.allSettled([
    group.insert('a', [{ n: 1 }]),
    group.insert('a', [{ n: 2 }]),
    group.insert('a', [{ n: 3, bad: true }]),
    group.insert('a', [{ n: 4 }]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(stored).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }]);
});

test('an outcome that is unknown is unknown to all of the group', async () => {
  const { group, writes } = slowTable();
  const first = group.insert('a', [{ n: 1 }]);
  await expect.poll(() => writes.length).toBe(1);
  const others = [2, 3].map((n) => group.insert('a', [{ n }]));
  writes[0]?.end();
  await first;
  await expect.poll(() => writes.length).toBe(2);
  writes[1]?.end(refused(true));
  const outcomes = await Promise.allSettled(others);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
