import { commitOfLoad, loadById } from '@assay/clickhouse';
import { planCheck, rule, type VersionedRule } from '@assay/rules';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOfCommit, committedRows } from './committed-rows.ts';
import { loadColumns, sourceSettings } from './source-settings.ts';
import { StatementRunner, type Asked } from './statement-runner.ts';
import { storedSource } from './read-source.ts';
import { calm, startTestStack, type TestStack } from './testing.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const document = `source: many
event_time: at
columns:
  id: { type: Int64 }
  amount: { type: "Decimal(12, 2)" }
  ratio: { type: Float64 }
  at: { type: "DateTime64(3)" }
  note: { type: String }
rules:
  - { id: id-once, unique: { columns: [id] } }
  - { id: amount-small, range: { column: amount, max: 10 } }
  - { id: note-present, not_null: { column: note } }
  - { id: note-short, length: { column: note, max: 3 }, where: "amount > 1" }
  - { id: middle, metric: { column: ratio, metric: median }, fail: { value: '> 3' } }
`;

/** Files that differ in every measure: rows, nulls, misfits, repeated keys, times. */
function fileOf(n: number): string {
  return Array.from({ length: n * 3 + 1 }, (_, row) =>
    JSON.stringify({
      id: row % (n + 1),
      amount: row % 4 === 0 ? null : (row * n) / 100,
      ratio: row / (n + 1),
      at: row % 5 === 0 ? 'never' : new Date(Date.UTC(2026, n, 1, row)).toISOString(),
      ...(row % 3 === 0 ? {} : { note: 'x'.repeat(row % 6) }),
    }),
  ).join('\n');
}

async function askedOf(load_id: string) {
  const load = await loadById(stack.db, load_id);
  const commit = load === undefined ? undefined : await commitOfLoad(stack.db, load.source_id, load_id);
  const state = await storedSource(stack.db, 'many');
  if (commit === undefined || state === null) throw new Error(`load ${load_id} left no commit`);
  const settings = sourceSettings(state);
  const rules = state.rules.map((stored): VersionedRule => ({
    rule: rule.parse(JSON.parse(stored.spec)),
    version: String(stored.version),
  }));
  const columns = loadColumns(commit, settings.document);
  expect(columnsOfCommit(commit)).toHaveLength(5);
  const rows = committedRows(commit.source_id, [commit]);
  const row_count = BigInt(commit.chunk_rows[0] ?? 0);
  return planCheck({ columns, event_time: 'at', rules, rows, row_count, profile: true }).statements;
}

test('loads that are measured together get the answers they get alone', async () => {
  await stack.describe('many', document);
  const sent = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      stack.ingest({ source: 'many', name: `${String(n)}.jsonl`, bytes: fileOf(n + 1) }),
    ),
  );
  const statements = (await Promise.all(sent.map(({ load }) => askedOf(load.load_id)))).flat();
  expect(statements.length).toBeGreaterThanOrEqual(8);

  const alone = [];
  for (const { sql } of statements) alone.push(await new StatementRunner(stack.db, calm()).ask(sql));
  const together = await Promise.all(
    statements.map(({ sql, shared }) => {
      expect(shared).toBeDefined();
      return new StatementRunner(stack.db, calm()).ask(sql, shared);
    }),
  );
  expect(together.map(measured)).toEqual(alone.map(measured));
});

test('a statement that the engine refuses for all is answered for each by itself', async () => {
  const { load } = await stack.ingest({ source: 'many', name: 'one.jsonl', bytes: fileOf(9) });
  const [statement] = await askedOf(load.load_id);
  if (statement?.shared === undefined) throw new Error('a small load is measured together with others');
  const broken = { ...statement.shared, sql: statement.shared.sql.replace('toString(count())', 'toString(coutn())') };
  const asked = await new StatementRunner(stack.db, calm()).ask(statement.sql, broken);
  expect(asked).toMatchObject({ rows: [{ v_0: '28' }] });
});

/** What was measured; the last digits of a sum of floats depend on the order the engine takes the rows in. */
function measured(asked: Asked) {
  if ('error' in asked) return asked.error;
  return asked.rows.map(({ load_id: _load, chunk_id: _chunk, ...values }) =>
    JSON.stringify(values).replaceAll(/\d+\.\d+/gu, (float) => Number(float).toFixed(9)),
  );
}
