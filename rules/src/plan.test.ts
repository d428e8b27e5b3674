import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Column } from './column.ts';
import { maskedValue } from './evidence.ts';
import { rule, type Rule } from './kinds/registry.gen.ts';
import { planCheck, touchedWindows, type PlanInput, type WindowRows } from './plan.ts';
import { loadVerdict, type RuleResult } from './result.ts';
import type { RowSet } from './row-set.ts';
import { runPlan } from './run-plan.ts';
import { splitStatement } from './statement.ts';
import { identifier, sql } from './sql.ts';
import { check, columnsOf, rowsOf, runOn, tableOf, type ExampleRow } from './testing.ts';

const columnsTable = identifier('data_0');

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

const types = {
  id: 'Int64',
  country: 'String',
  amount: 'Decimal(12,2)',
  at: 'DateTime64(3)',
  secret: 'String',
  payload: 'JSON',
};
const columns = columnsOf(types, ['secret']);
const orders: readonly ExampleRow[] = [
  { id: 1, country: 'DE', amount: '10.00', at: '2024-01-01 00:10:00.000', secret: 'canary-1', payload: '{}' },
  { id: 2, country: 'DE', amount: null, at: '2024-01-01 00:50:00.000', secret: 'canary-2', payload: '{}' },
  { id: 2, country: 'FR', amount: '5.50', at: '2024-01-01 01:00:00.000', secret: 'canary-3', payload: '{}' },
  { id: 3, country: 'FR', amount: { type_error: '12,5' }, at: '2024-01-01 01:59:59.999', secret: 'canary-4' },
  { id: 4, country: null, at: '2024-01-01 23:00:00.000', secret: 'canary-5' },
  { id: 5, country: 'DE', amount: '-1.00', at: null, secret: 'canary-6', payload: null },
];

function given(kind: string, config: object, more: object = {}): Rule {
  return rule.parse({
    rule_id: `${kind}-${JSON.stringify(config)}`.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100),
    kind,
    config,
    ...more,
  });
}

function inputOf(rows: RowSet, rules: readonly Rule[], more: Partial<PlanInput> = {}): PlanInput {
  return {
    columns,
    event_time: 'at',
    rules: rules.map((each) => ({ rule: each, version: '3' })),
    rows,
    profile: false,
    ...more,
  };
}

function brief(results: readonly RuleResult[]) {
  return results.map(({ segment, window, verdict, rows_checked, rows_failed }) => [
    segment,
    window,
    verdict,
    rows_checked,
    rows_failed,
  ]);
}

describe('one scan', () => {
  test('serves rules with different filters, and asks equal expressions once', async () => {
    const rows = await tableOf(engine, columns, orders);
    const rules = [
      given('not_null', { column: 'amount' }, { rule_id: 'a' }),
      given('not_null', { column: 'amount' }, { rule_id: 'b', where: "country = 'DE'" }),
      given('not_null', { column: 'amount' }, { rule_id: 'c', where: "country = 'DE'", fail: { share: '> 50%' } }),
      given('range', { column: 'amount', min: 0 }, { rule_id: 'd', where: 'id < 5' }),
      given('row_count', {}, { rule_id: 'e', fail: { value: '< 6' } }),
      given(
        'metric',
        { column: 'amount', metric: 'sum' },
        { rule_id: 'f', where: "country = 'DE'", fail: { value: '!= 9' } },
      ),
    ];
    const { plan, results } = await check(engine, inputOf(rows, rules, { profile: true }));
    expect(plan.statements).toHaveLength(1);
    expect(
      results.map(({ rule_id, verdict, rows_checked, rows_failed, value }) => [
        rule_id,
        verdict,
        rows_checked,
        rows_failed,
        value,
      ]),
    ).toEqual([
      ['a', 'fail', '6', '2', '2'],
      ['b', 'fail', '3', '1', '1'],
      ['c', 'pass', '3', '1', '0.333333333333'],
      ['d', 'pass', '2', '0', '0'],
      ['e', 'pass', '6', '0', '6'],
      ['f', 'pass', '2', '0', '9'],
    ]);
    const asked = plan.statements[0]?.sql.match(/ AS `v_\d+`/g)?.length ?? 0;
    const outputs = plan.statements[0]?.parts.flatMap((part) => part.outputs).length ?? 0;
    expect(asked).toBeLessThan(outputs);
  });

  test('has at most 250 expressions, so 400 rules take few statements', async () => {
    const rows = await tableOf(engine, columns, orders);
    const rules = Array.from({ length: 400 }, (_, index) =>
      given('range', { column: 'id', min: index }, { rule_id: `r${String(index)}` }),
    );
    const { plan, results } = await check(engine, inputOf(rows, rules));
    expect(plan.statements.length).toBe(2);
    expect(results).toHaveLength(400);
    expect(results.map(({ rows_failed }) => Number(rows_failed)).slice(0, 7)).toEqual([0, 0, 1, 3, 4, 5, 6]);
  });

  test('takes lists of 10,000 accepted values in many rules', async () => {
    const rows = await tableOf(engine, columns, orders);
    const values = Array.from({ length: 10_000 }, (_, index) => `value ${String(index)} of a long list`);
    const rules = Array.from({ length: 8 }, (_, index) =>
      given(
        'accepted_values',
        { column: 'country', values: [...values, `DE${String(index)}`, 'DE'].slice(-10_000) },
        { rule_id: `r${String(index)}` },
      ),
    );
    const { plan, results } = await check(engine, inputOf(rows, rules));
    expect(plan.statements.length).toBeGreaterThan(1);
    expect(results.map(({ verdict, rows_failed }) => [verdict, rows_failed])).toEqual(rules.map(() => ['fail', '2']));
  });

  test('profiles a thousand columns', async () => {
    const wide = columnsOf(
      Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`column ${String(index)}`, 'Int64'])),
    );
    const rows = await tableOf(engine, wide, [{ 'column 7': 5 }, { 'column 7': 6 }]);
    const { profiles, plan } = await check(engine, {
      columns: wide,
      event_time: null,
      rules: [],
      rows,
      row_count: 2n,
      profile: true,
    });
    expect(profiles).toHaveLength(1_000);
    expect(profiles[7]).toMatchObject({ column: 'column 7', nulls: '0', distinct: '2', min: '5', max: '6' });
    expect(profiles[8]).toMatchObject({ nulls: '2', absent: '2', distinct: '0', min: null });
    expect(plan.statements.length).toBeLessThan(25);
  });

  test('keeps exact distinct counts apart when there is much to scan', () => {
    const rules = [given('unique', { columns: ['id'] }), given('not_null', { column: 'id' })];
    const rows: RowSet = { relation: columnsTable, condition: null };
    expect(planCheck(inputOf(rows, rules, { row_count: 5_000_000n })).statements).toHaveLength(2);
    expect(planCheck(inputOf(rows, rules, { row_count: 1_000n })).statements).toHaveLength(1);
  });
});

describe('the profile', () => {
  test('tells nulls, absent keys and type errors apart, and hides what is masked', async () => {
    const rows = await tableOf(engine, columns, orders);
    for (const row_count of [undefined, 6n]) {
      const { profiles } = await check(
        engine,
        inputOf(rows, [], { profile: true, ...(row_count === undefined ? {} : { row_count }) }),
      );
      const amount = profiles.find(({ column }) => column === 'amount');
      expect(amount).toEqual({
        column_number: 5,
        column: 'amount',
        type: 'Decimal(12, 2)',
        rows: '6',
        nulls: '2',
        absent: '1',
        type_errors: '1',
        distinct: '3',
        distinct_exact: true,
        min: '-1',
        max: '10',
        mean: '4.833333333333333',
      });
      expect(profiles.find(({ column }) => column === 'at')).toMatchObject({
        min: '2024-01-01T00:10:00.000Z',
        nulls: '1',
        mean: null,
      });
      expect(profiles.find(({ column }) => column === 'payload')).toMatchObject({
        nulls: '3',
        absent: '2',
        min: null,
        max: null,
      });
      expect(profiles.find(({ column }) => column === 'secret')).toMatchObject({ distinct: '6', min: null, max: null });
      expect(JSON.stringify(profiles)).not.toContain('canary');
    }
  });

  test('of no rows at all', async () => {
    const rows = await tableOf(engine, columns, []);
    const { profiles, unprofiled } = await check(engine, inputOf(rows, [], { profile: true }));
    expect(unprofiled).toEqual([]);
    expect(profiles[0]).toMatchObject({ rows: '0', nulls: '0', distinct: '0', min: null, max: null });
  });
});

describe('segments', () => {
  test('have a verdict each, NULL being one of them', async () => {
    const rows = await tableOf(engine, columns, orders);
    const { results, evidence } = await check(
      engine,
      inputOf(rows, [given('not_null', { column: 'amount' }, { by: ['country'] })]),
      { key: ['id'] },
    );
    expect(brief(results)).toEqual([
      ['country=DE', '', 'fail', '3', '1'],
      ['country=FR', '', 'pass', '2', '0'],
      ['country=NULL', '', 'fail', '1', '1'],
    ]);
    expect(evidence.map(({ line, key, segments }) => [line, key['id'], segments])).toEqual([
      ['2', '2', ['country=DE']],
      ['5', '4', ['country=NULL']],
    ]);
  });

  test('that fail keep rows of their own each, however many come before them', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({ country: index < 290 ? 'DE' : `C${String(index)}` }));
    const rows = await tableOf(engine, columns, many);
    const rules = [
      given('not_null', { column: 'amount' }, { rule_id: 'a', by: ['country'] }),
      given('not_null', { column: 'id' }, { rule_id: 'b' }),
    ];
    const { evidence } = await check(engine, inputOf(rows, rules));
    const kept = Map.groupBy(
      evidence.filter(({ rule_ids }) => rule_ids.includes('a')),
      ({ segments }) => segments[0],
    );
    expect(kept.size).toBe(11);
    expect(kept.get('country=C299')).toMatchObject([
      { line: '300', rule_ids: ['a', 'b'], segments: ['country=C299', ''] },
    ]);
    expect(evidence[0]).toMatchObject({ rule_ids: ['a', 'b'], segments: ['country=DE', ''] });
    expect(kept.get('country=DE')?.length).toBeGreaterThanOrEqual(20);
  });

  test('beyond the first ones keep rows together', async () => {
    const rows = await tableOf(
      engine,
      columns,
      Array.from({ length: 60 }, (_, index) => ({ country: String(index) })),
    );
    const { evidence } = await check(engine, inputOf(rows, [given('not_null', { column: 'id' }, { by: ['country'] })]));
    expect(evidence.map(({ line }) => line)).toEqual(Array.from({ length: 60 }, (_, index) => String(index + 1)));
    expect(evidence[59]?.segments).toEqual(['country=59']);
  });

  test('are keys of their own for uniqueness, and its evidence stays inside them', async () => {
    const rows = await tableOf(engine, columns, [...orders, { id: 1, country: 'DE' }]);
    const { results, evidence } = await check(
      engine,
      inputOf(rows, [given('unique', { columns: ['id'] }, { by: ['country'] })]),
    );
    expect(brief(results)).toEqual([
      ['country=DE', '', 'fail', '4', '2'],
      ['country=FR', '', 'pass', '2', '0'],
      ['country=NULL', '', 'pass', '1', '0'],
    ]);
    expect(evidence.map(({ line }) => line)).toEqual(['1', '7']);
  });

  test('that the filter empties are left out; too few rows prove nothing', async () => {
    const rows = await tableOf(engine, columns, orders);
    const rules = [given('not_null', { column: 'id' }, { by: ['country'], where: "country = 'DE'", min_rows: 4 })];
    const { results } = await check(engine, inputOf(rows, rules));
    expect(brief(results)).toEqual([['country=DE', '', 'no_data', '3', '0']]);
    expect(results[0]?.reason).toBe('only 3 rows to check, fewer than 4');
  });

  test('of values that could be misread are quoted', async () => {
    const rows = await tableOf(engine, columns, [
      { country: 'NULL' },
      { country: '' },
      { country: 'a, b=c' },
      { country: "it's" },
    ]);
    const { results } = await check(
      engine,
      inputOf(rows, [given('row_count', {}, { by: ['country'], fail: { value: '> 5' } })]),
    );
    expect(results.map(({ segment }) => segment).sort()).toEqual([
      'country=""',
      'country="NULL"',
      'country="a, b=c"',
      'country="it\'s"',
    ]);
  });

  test('are at most 1,000; more are one error, not a flood', async () => {
    const rows = await tableOf(
      engine,
      columns,
      Array.from({ length: 1_001 }, (_, index) => ({ id: index })),
    );
    const { results } = await check(
      engine,
      inputOf(rows, [given('row_count', {}, { by: ['id'], fail: { value: '> 5' } })]),
    );
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ verdict: 'error', segment: '' });
    expect(results[0]?.reason).toContain('more than 1000 segments');
  });
});

describe('windows', () => {
  async function windowsOf(rows: RowSet, all: RowSet, window: string): Promise<ReadonlyMap<string, WindowRows>> {
    const found = await rowsOf(engine, touchedWindows({ columns, event_time: 'at', rows }, window));
    return new Map([[window, { rows: all, starts: found.map(({ start }) => String(start)) }]]);
  }

  test('that the load touches have a verdict each, over the rows of every load in them', async () => {
    const rows = await tableOf(engine, columns, orders);
    await engine.client.command({
      query: `INSERT INTO ${rows.relation.text} (_assay_load_id, _assay_chunk_id, _assay_line, c_1, c_7) SELECT 8, 1, number + 1, 90 + number, toDateTime64('2024-01-01 00:30:00', 3, 'UTC') + number * 36000 FROM numbers(3)`,
    });
    const all: RowSet = { relation: rows.relation, condition: null };
    const rules = [
      given('row_count', {}, { window: '1 hour', fail: { value: '< 2' } }),
      given('not_null', { column: 'amount' }, { window: '1 hour', where: 'id < 90' }),
    ];
    const windows = await windowsOf(rows, all, '1 hour');
    const { results, evidence, plan } = await check(engine, inputOf(rows, rules, { windows }));
    expect(plan.statements).toHaveLength(1);
    expect(brief(results)).toEqual([
      ['', '2024-01-01T00:00:00Z', 'pass', '3', '0'],
      ['', '2024-01-01T01:00:00Z', 'pass', '2', '0'],
      ['', '2024-01-01T23:00:00Z', 'fail', '1', '0'],
      ['', '2024-01-01T00:00:00Z', 'fail', '2', '1'],
      ['', '2024-01-01T01:00:00Z', 'pass', '2', '0'],
      ['', '2024-01-01T23:00:00Z', 'fail', '1', '1'],
    ]);
    expect(evidence.map(({ line }) => line)).toEqual(['2', '5']);
  });

  test('say in the same scan how many of the rows looked at are of the file itself, where others share the window', async () => {
    const rows = await tableOf(engine, columns, orders);
    await engine.client.command({
      query: `INSERT INTO ${rows.relation.text} (_assay_load_id, _assay_chunk_id, _assay_line, c_1, c_7) SELECT 8, 1, number + 1, 90 + number, toDateTime64('2024-01-01 00:30:00', 3, 'UTC') FROM numbers(1500)`,
    });
    const rules = [
      given('row_count', {}, { window: '1 hour', fail: { value: '< 2' } }),
      given('unique', { columns: ['id'] }, { window: '1 hour', where: 'id < 90 or id = 91' }),
    ];
    const all: RowSet = { relation: rows.relation, condition: null };
    const hours = await windowsOf(rows, all, '1 hour');
    const windows = new Map([...hours].map(([length, known]) => [length, { ...known, own: sql`_assay_load_id = 7` }]));
    const { results, plan } = await check(engine, inputOf(rows, rules, { windows }));
    expect(plan.statements).toHaveLength(planCheck(inputOf(rows, rules, { windows: hours })).statements.length);
    const found = results.filter(({ window }) => window <= '2024-01-01T01:00:00Z').map(({ finding }) => finding);
    expect(found).toEqual([
      expect.stringMatching(/ Of the 1,502 rows looked at in this window, 2 are in this file\.$/),
      expect.not.stringContaining('in this file'),
      expect.stringMatching(/ Of the 3 rows looked at in this window, 2 are in this file\.$/),
      expect.not.stringContaining('in this file'),
    ]);
  });

  test('tell uniqueness inside each window', async () => {
    const rows = await tableOf(engine, columns, orders);
    const windows = await windowsOf(rows, rows, '1 day');
    const { results, evidence } = await check(
      engine,
      inputOf(rows, [given('unique', { columns: ['id'] }, { window: '1 day' })], { windows }),
    );
    expect(brief(results)).toEqual([['', '2024-01-01T00:00:00Z', 'fail', '5', '2']]);
    expect(evidence.map(({ line }) => line)).toEqual(['2', '3']);
    const hourly = await windowsOf(rows, rows, '1 hour');
    const apart = await check(
      engine,
      inputOf(rows, [given('unique', { columns: ['id'] }, { window: '1 hour' })], { windows: hourly }),
    );
    expect(loadVerdict(apart.results).verdict).toBe('pass');
  });

  test('before 1970 and of whole weeks begin where they should', async () => {
    const days = columnsOf({ day: 'Date' });
    const rows = await tableOf(engine, days, [
      { day: '1969-12-31' },
      { day: '2024-01-07' },
      { day: '2024-01-08' },
      { day: null },
    ]);
    const starts = async (window: string) =>
      (await rowsOf(engine, touchedWindows({ columns: days, event_time: 'day', rows }, window))).map(({ start }) =>
        new Date(Number(start) * 1000).toISOString().slice(0, 10),
      );
    expect((await starts('1 day')).sort()).toEqual(['1969-12-31', '2024-01-07', '2024-01-08']);
    expect((await starts('1 week')).sort()).toEqual(['1969-12-29', '2024-01-01', '2024-01-08']);
  });
});

describe('a broken rule', () => {
  test('gets an error of its own and disturbs nobody', async () => {
    const rows = await tableOf(engine, columns, orders);
    const rules = [
      given('not_null', { column: 'amuont' }, { rule_id: 'misspelt' }),
      given('matches', { column: 'country', pattern: '\\p{Nothing}' }, { rule_id: 'bad-pattern' }),
      given('not_null', { column: 'id' }, { rule_id: 'good' }),
      given('range', { column: 'country', min: 1 }, { rule_id: 'wrong-type' }),
      given('row_expression', { expression: "file('/etc/passwd') = 'x'" }, { rule_id: 'forbidden' }),
      given('unique', { columns: ['id'] }, { rule_id: 'also-good' }),
      given('metric', { column: 'secret', metric: 'mean' }, { rule_id: 'no-number', fail: { value: '> 1' } }),
    ];
    const { results, profiles } = await check(engine, inputOf(rows, rules, { profile: true }));
    const found = new Map(results.map((result) => [result.rule_id, result]));
    expect(results).toHaveLength(7);
    expect(found.get('good')?.verdict).toBe('pass');
    expect(found.get('also-good')).toMatchObject({ verdict: 'fail', rows_failed: '2' });
    expect(profiles).toHaveLength(columns.length);
    for (const broken of ['misspelt', 'bad-pattern', 'wrong-type', 'forbidden', 'no-number'])
      expect(found.get(broken)?.verdict).toBe('error');
    expect(found.get('misspelt')?.reason).toBe('column `amuont` does not exist, did you mean `amount`?');
    expect(found.get('bad-pattern')?.reason).toContain('the engine could not evaluate it');
    expect(found.get('forbidden')?.reason).toContain('function `file` is not allowed in rules');
    expect(loadVerdict(results).verdict).toBe('error');
  });

  test('is found among hundreds in few steps', async () => {
    const rows = await tableOf(engine, columns, orders);
    const rules = Array.from({ length: 100 }, (_, index) =>
      given(
        'matches',
        { column: 'country', pattern: index === 61 ? '\\p{Nothing}' : `^.{0,${String(index + 2)}}$` },
        { rule_id: `r${String(index)}` },
      ),
    );
    let statements = 0;
    const plan = planCheck(inputOf(rows, rules));
    const answers = await runPlan(plan, (statement) => {
      statements++;
      return runOn(engine)(statement);
    });
    expect(answers.filter((answer) => 'error' in answer)).toHaveLength(1);
    expect(statements).toBeLessThan(20);
  });

  test('cannot be split further when it is alone', () => {
    const plan = planCheck(inputOf({ relation: columnsTable, condition: null }, [given('not_null', { column: 'id' })]));
    const [statement] = plan.statements;
    expect(statement && splitStatement(statement)).toBeUndefined();
  });
});

describe('evidence', () => {
  test('has every reason of a row, keys by default, chosen columns, and masks', async () => {
    const rows = await tableOf(engine, columns, orders);
    const rules = [
      given('not_null', { column: 'payload' }, { rule_id: 'a' }),
      given('not_null', { column: 'amount' }, { rule_id: 'b', evidence: ['country', 'secret', 'amount'] }),
      given('type_errors', {}, { rule_id: 'c', evidence: ['amount'] }),
    ];
    const { evidence } = await check(engine, inputOf(rows, rules), { key: ['id', 'secret'] });
    expect(evidence.map(({ line, rule_ids }) => [line, rule_ids])).toEqual([
      ['2', ['b']],
      ['4', ['a', 'c']],
      ['5', ['a', 'b']],
      ['6', ['a']],
    ]);
    expect(evidence[1]).toMatchObject({
      byte_offset: '30',
      key: { id: '3', secret: maskedValue },
      columns: { amount: '12,5' },
    });
    expect(evidence[2]?.columns).toEqual({ country: null, secret: maskedValue, amount: null });
    expect(evidence[3]?.columns).toEqual({});
    expect(evidence[2]?.reasons).toEqual(['`payload` is missing', '`amount` is missing']);
    expect(JSON.stringify(evidence)).not.toContain('canary');
  });

  test('is the first hundred rows of each rule by line', async () => {
    const rows = await tableOf(
      engine,
      columns,
      Array.from({ length: 250 }, (_, index) => ({ id: index % 2 === 0 ? null : 1, country: 'DE' })),
    );
    const { evidence, results } = await check(engine, inputOf(rows, [given('not_null', { column: 'id' })]));
    expect(results[0]?.rows_failed).toBe('125');
    expect(evidence.map(({ line }) => Number(line))).toEqual(Array.from({ length: 100 }, (_, index) => index * 2 + 1));
  });
});

describe('a mask', () => {
  test.each([
    [
      given('metric', { column: 'masked', metric: 'max' }, { fail: { value: '> 1' } }),
      'its smallest and largest value are not shown',
    ],
    [given('row_count', {}, { by: ['masked'], fail: { value: '> 1' } }), 'its values cannot name segments'],
  ])('keeps a value from being a result', async (masked, reason) => {
    const hidden: Column[] = columnsOf({ masked: 'Int64' }, ['masked']);
    const rows = await tableOf(engine, hidden, [{ masked: 4711 }]);
    const { results } = await check(engine, {
      columns: hidden,
      event_time: null,
      rules: [{ rule: masked, version: '1' }],
      rows,
      profile: true,
    });
    expect(results[0]?.verdict).toBe('error');
    expect(results[0]?.reason).toContain(reason);
    expect(JSON.stringify(results)).not.toContain('4711');
  });
});

describe('modes and verdicts', () => {
  test('a draft is not evaluated, a shadow counts for nothing', async () => {
    const rows = await tableOf(engine, columns, orders);
    const rules = [
      given('not_null', { column: 'amount' }, { mode: 'draft' }),
      given('not_null', { column: 'amount' }, { mode: 'shadow' }),
    ];
    const { results } = await check(engine, inputOf(rows, rules));
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ verdict: 'fail', mode: 'shadow' });
    expect(loadVerdict(results)).toEqual({ verdict: 'pass', summary: 'not checked: no rules yet' });
  });

  test('the worst one is that of the load; what proves nothing does not count', () => {
    const of = (...verdicts: RuleResult['verdict'][]) =>
      loadVerdict(
        verdicts.map((verdict, index) => ({ rule_id: `r${String(index)}`, verdict, mode: 'active' as const })),
      );
    expect(of('pass', 'warn', 'fail', 'error').verdict).toBe('error');
    expect(of('pass', 'warn', 'fail').verdict).toBe('fail');
    expect(of('pass', 'warn', 'skipped').verdict).toBe('warn');
    expect(of('pass', 'no_data').verdict).toBe('pass');
    expect(of('no_data', 'skipped').summary).toContain('none of 2 rules had anything to judge');
    expect(of().summary).toBe('not checked: no rules yet');
  });
});
