import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindOf } from '../document.ts';
import { check, columnsOf, rowsOf, tableOf } from '../testing.ts';
import { validateRule } from '../validate.ts';
import { kinds, rule } from './registry.gen.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe.each(Object.keys(kinds))('%s', (kind) => {
  const answers = kindOf(kind);
  const examples = answers?.examples ?? [];

  test('has examples that pass, that do not, and one with NULLs', () => {
    const verdicts = new Set(examples.map((example) => example.expect.verdict));
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(verdicts.has('pass')).toBe(true);
    expect(verdicts.has('fail') || verdicts.has('warn')).toBe(true);
    expect(examples.some(({ rows }) => rows.some((row) => Object.values(row).includes(null)))).toBe(true);
  });

  test.each(examples)('$name', async (example) => {
    const columns = columnsOf(example.columns);
    const given = rule.parse({
      rule_id: 'r',
      kind,
      config: example.config,
      where: example.where ?? null,
      fail: example.fail ?? null,
      warn: example.warn ?? null,
    });
    const event_time = example.event_time ?? null;
    const { problems, statement } = validateRule(given, columns, event_time);
    expect(problems).toEqual([]);
    if (statement !== null) await rowsOf(engine, statement);

    const rows = await tableOf(engine, columns, example.rows);
    const facts = example.facts ?? {};
    for (const row_count of [undefined, BigInt(example.rows.length)]) {
      const size = row_count === undefined ? {} : { row_count };
      const input = { columns, event_time, rules: [{ rule: given, version: '1' }], rows, profile: true, ...size };
      const { results, evidence, unprofiled } = await check(engine, input, { facts });
      const { lines, ...expected } = example.expect;
      expect(results).toHaveLength(1);
      expect(results[0]).toMatchObject({ rule_id: 'r', version: '1', kind, ...expected });
      expect(results[0]?.finding).toMatch(/^[\p{Lu}`\d].*\.$/u);
      expect(unprofiled).toEqual([]);
      if (lines) expect(evidence.map((row) => Number(row.line))).toEqual(lines);
    }
  });
});
