import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffDocuments } from './difference.ts';
import { kindOf, starterRules } from './document.ts';
import { kinds, rule } from './kinds/registry.gen.ts';
import { emptyDocument, sourceDocument } from './spec.ts';
import { describeProblem, parseSourceYaml, sourceYaml } from './yaml.ts';

const orders = `source: orders
format: jsonl
event_time: placed_at
key: [order_id]
columns:
  order_id: { type: String }
  amount:   { type: "Decimal(12,2)", nullable: true }
owner: payments
expect: { every: 1 day, by: "06:00", zone: Europe/Berlin }
rules:
  - id: amount-present
    not_null: { column: amount }
    fail: { share: "> 5%" }
    warn: { share: "> 1%" }
    where: status = 'paid'
    by: [country]
    window: 1 hour
    severity: high
    description: A paid order has an amount.
  - unique: { columns: [order_id] }
`;

function read(text: string) {
  const result = parseSourceYaml(text);
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join('\n'));
  return result.value;
}

function complaints(text: string): string[] {
  const result = parseSourceYaml(text);
  return result.ok ? [] : result.problems.map(describeProblem);
}

describe('a source document', () => {
  test('is read with its defaults', () => {
    const document = read(orders);
    expect(document).toMatchObject({ source: 'orders', hold: 'nothing', null_tokens: [], zone: null });
    expect(document.columns.map(({ name, type }) => [name, type])).toEqual([
      ['order_id', 'String'],
      ['amount', 'Decimal(12, 2)'],
    ]);
    expect(document.rules[0]).toMatchObject({
      rule_id: 'amount-present',
      kind: 'not_null',
      window: '1 hour',
      mode: 'active',
    });
    expect(document.rules[1]).toMatchObject({ rule_id: 'unique-order-id', kind: 'unique', severity: 'medium' });
    expect(emptyDocument('x').rules).toEqual([]);
  });

  test('comes back from its own YAML unchanged', () => {
    const document = read(orders);
    expect(read(sourceYaml(document))).toEqual(document);
    expect(diffDocuments(document, read(sourceYaml(document)))).toEqual([]);
  });

  test('keeps every digit of a number', () => {
    const document = read(
      'rules:\n  - range: { column: n, min: -12345678901234567890.123456789, max: 18446744073709551615 }\n',
    );
    expect(document.rules[0]?.config).toEqual({
      column: 'n',
      min: '-12345678901234567890.123456789',
      max: '18446744073709551615',
    });
  });

  test('takes any text as a column name', () => {
    const names = [
      '__proto__',
      'constructor',
      '',
      'a.b',
      "it's",
      '`',
      '"',
      '123',
      'true',
      'null',
      '~',
      '- x',
      'a: b',
      '#',
      '\u2028',
      'ü😀',
      '\0',
      'x'.repeat(1000),
    ];
    const columns = names.map((name) => ({
      name,
      type: 'String',
      nullable: true,
      timestamp_format: null,
      mask: false,
      tags: [],
    }));
    const document = sourceDocument.parse({ source: 's', columns, key: ['__proto__'] });
    expect(read(sourceYaml(document))).toEqual(document);
  });

  test('any column name and any text survive the round trip', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    fc.assert(
      fc.property(
        fc.uniqueArray(text, { maxLength: 5 }),
        text,
        fc.uniqueArray(text, { maxLength: 4, minLength: 1 }),
        (names, description, values) => {
          const columns = names.map((name) => ({ name }));
          const rules = [
            { rule_id: 'r', kind: 'accepted_values', config: { column: names[0] ?? 'c', values }, description },
          ];
          const document = sourceDocument.parse({ columns, rules });
          expect(read(sourceYaml(document))).toEqual(document);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('implies a rule for a column that must not be null, once', () => {
    const implied = read('columns:\n  id: { nullable: false }\n');
    expect(implied.rules).toMatchObject([{ rule_id: 'not-null-id', kind: 'not_null', config: { column: 'id' } }]);
    expect(read(sourceYaml(implied))).toEqual(implied);
  });

  test('starts with rules that only warn', () => {
    expect(starterRules().map(({ rule_id, fail }) => [rule_id, fail])).toEqual([
      ['reject-share', null],
      ['type-errors', null],
    ]);
  });

  test.each([
    ['the same with limits', 'reject_share: {}, fail: { share: "> 5%" }, warn: { count: "> 0" }', ['type-errors']],
    ['one that overlooks single cases', 'reject_share: {}, fail: { share: "> 5%" }', ['reject-share', 'type-errors']],
    ['only a draft of it', 'reject_share: {}, mode: draft', ['reject-share', 'type-errors']],
    ['the same of some rows', 'type_errors: {}, where: a = 1', ['reject-share', 'type-errors']],
    ['the same of one column', 'type_errors: { columns: [a] }', ['reject-share', 'type-errors']],
    ['the same of every column', 'type_errors: {}', ['reject-share']],
  ])('starts with what its own rules leave open, given %s', (_what, own, started) => {
    const { rules } = read(`columns:\n  a: { type: Int64 }\nrules:\n  - { id: own, ${own} }\n`);
    expect(starterRules(rules).map(({ rule_id }) => rule_id)).toEqual(started);
  });
});

describe('a mistake is named with its line and the nearest word', () => {
  test.each([
    [
      'severity: high',
      'severty: high',
      'line 18, column 5: `severty` is not a field of a rule, did you mean `severity`?',
    ],
    [
      'not_null: { column',
      'not_null: { colum',
      'line 12, column 17: `colum` is not a field of `not_null`, did you mean `column`?',
    ],
    [
      'not_null:',
      'not_nul:',
      'line 12, column 5: `not_nul` is neither a kind nor a field of a rule, did you mean `not_null`?',
    ],
    ['format: jsonl', 'format: jsn', 'line 2, column 1: `format` is "jsn", which is not one of jsonl, csv, parquet'],
    [
      'severity: high',
      'severity: hihg',
      'line 18, column 5: `severity` is "hihg", which is not one of critical, high, medium, low, info, did you mean `high`?',
    ],
    ['"> 5%"', '"5%"', 'line 13, column 13: `fail.share`: "5%" is not a threshold'],
    ['Decimal(12,2)', 'Decimal(2,12)', 'line 7, column 15: `type`: "Decimal(2,12)" is not a type'],
    [
      'Europe/Berlin',
      'Europe/Berln',
      'line 9, column 38: `expect.zone`: "Europe/Berln" is not a time zone, did you mean `Europe/Berlin`?',
    ],
    ['window: 1 hour', 'window: hourly', 'line 17, column 5: `window`: "hourly" is not a length of time'],
    [
      '  - unique: { columns: [order_id] }',
      '  - row_count: {}',
      'line 20, column 5: `row_count` measures a value and needs to be told which is wrong',
    ],
    [
      '  - unique: { columns: [order_id] }',
      '  - reject_share: {}\n    where: x > 1',
      'line 21, column 5: `reject_share` looks at the file as a whole and takes no `where`',
    ],
    [
      '  - unique: { columns: [order_id] }',
      '  - id: amount-present\n    unique: { columns: [order_id] }',
      'line 20, column 5: two rules have the id `amount-present`',
    ],
    [
      '  - unique: { columns: [order_id] }',
      '  - unique: { columns: [order_id] }\n    length: { column: x, min: 1 }',
      'line 21, column 5: a rule has one kind, this one has `unique` and `length`',
    ],
    ['owner: payments', 'ownr: payments', 'line 8, column 1: `ownr` is not a field of a source, did you mean `owner`?'],
    ['owner: payments', 'owner: payments\nowner: others', 'line 9, column 1: `owner` is here twice: keep one of them'],
    ['owner: payments', 'owner: *nobody', 'line 8, column 8: '],
    [
      '  - unique: { columns: [order_id] }',
      "  - row_count: { min: 5 }\n    fail: { value: '< 5' }",
      '`min` is not a field of `row_count`; it has none',
    ],
    ['owner: payments', 'owner: [', 'line '],
  ])('%s → %s', (from, to, message) => {
    expect(orders).toContain(from);
    expect(complaints(orders.replace(from, to)).join('\n')).toContain(message);
  });

  test('all of them at once', () => {
    const text = orders
      .replace('severity', 'severty')
      .replace('jsonl', 'jsn')
      .replace('{ columns: [order_id] }', '{ columns: [] }');
    expect(complaints(text)).toHaveLength(3);
  });

  test.each([
    ['a list', '- a', 'a source document is a map of fields'],
    ['nothing', '', 'a source document is a map of fields'],
    ['an alias bomb', 'a: &a [x, x]\nb: [*a, *a]', 'aliases such as *a are not read here'],
    ['a second document', 'owner: a\n---\nowner: b', 'a second document begins here: keep one per file'],
    ['too many rules', `rules: [${'{},'.repeat(10_001)}]`, 'these are 10001 rules: a source has at most 10000'],
    ['a tag', 'owner: !!js/function x', 'tag'],
    ['a label that a record would drop', 'labels: { a: b, __proto__: c }', 'line 1, column 17: `labels.__proto__`'],
    ['depth', `owner: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'nested'],
  ])('%s', (_, text, message) => {
    expect(complaints(text).join('\n').toLowerCase()).toContain(message.toLowerCase());
  });
});

describe('the difference of two documents', () => {
  test('is a line for each change, wherever it stands', () => {
    const before = read(orders);
    const after = read(
      orders
        .replace('> 5%', '> 6%')
        .replace('  - unique: { columns: [order_id] }\n', '  - row_count: {}\n    warn: { value: "< 2" }\n')
        .replace('owner: payments\n', ''),
    );
    expect(diffDocuments(before, after).sort()).toEqual([
      '+ rules.row-count: { row_count: {}, warn: { value: "< 2" } }',
      '- owner: "payments"',
      '- rules.unique-order-id: { unique: { columns: ["order_id"] } }',
      '~ rules.amount-present.fail.share: "> 5%" → "> 6%"',
    ]);
  });

  test('is nothing for another order of columns, rules and fields', () => {
    const turned = `rules:\n  - { unique: { columns: [order_id] }, id: unique-order-id }\n${orders.slice(orders.indexOf('  - id:'), orders.indexOf('  - unique'))}${orders.slice(0, orders.indexOf('rules:'))}`;
    expect(diffDocuments(read(orders), read(turned))).toEqual([]);
  });
});

test('each kind’s example survives as a rule in YAML', () => {
  for (const kind of Object.keys(kinds)) {
    for (const example of kindOf(kind)?.examples ?? []) {
      const given = rule.parse({
        rule_id: 'r',
        kind,
        config: example.config,
        fail: example.fail ?? null,
        warn: example.warn ?? null,
      });
      const document = { ...emptyDocument('s'), rules: [given] };
      expect(parseSourceYaml(sourceYaml(document))).toEqual({ ok: true, value: document });
    }
  }
});
