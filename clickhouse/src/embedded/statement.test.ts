import { describe, expect, it } from 'vitest';
import { EngineError } from './errors.ts';
import { analyse, type Span } from './statement.ts';

/** A statement with its spans shown as text. */
function shown(sql: string): unknown {
  const text = (span: Span): string => sql.slice(span.start, span.end).trim();
  const statement = analyse(sql);
  switch (statement.kind) {
    case 'select':
      return { ...statement, body: text(statement.body), rest: text(statement.rest) };
    case 'insert_data':
      return {
        ...statement,
        target: text(statement.target),
        settings: text(statement.settings),
        data: text(statement.data),
      };
    case 'insert_input':
      return {
        ...statement,
        before: text(statement.before),
        structure: text(statement.structure),
        after: text(statement.after),
        rest: text(statement.rest),
      };
    default:
      return { ...statement, text: text(statement.text) };
  }
}

function codeOf(sql: string): number | undefined {
  try {
    analyse(sql);
    return undefined;
  } catch (cause) {
    if (cause instanceof EngineError) return cause.code;
    throw cause;
  }
}

describe('a query', () => {
  it.each([
    ['SELECT 1', { body: 'SELECT 1', rest: '' }],
    ['SELECT 1 FORMAT JSON', { body: 'SELECT 1', format: 'JSON', rest: '' }],
    ['SELECT 1 \nFORMAT JSONEachRow ;; ', { body: 'SELECT 1', format: 'JSONEachRow', rest: '' }],
    [
      'SELECT 1 FORMAT TSV SETTINGS max_threads = 1',
      { body: 'SELECT 1', format: 'TSV', rest: 'SETTINGS max_threads = 1' },
    ],
    [
      'SELECT 1 SETTINGS max_threads = 1 FORMAT TSV -- end',
      { body: 'SELECT 1 SETTINGS max_threads = 1', format: 'TSV', rest: '' },
    ],
    [
      "/* FORMAT X */ SELECT 'FORMAT CSV' format TSV",
      { body: "/* FORMAT X */ SELECT 'FORMAT CSV'", format: 'TSV', rest: '' },
    ],
    ["SELECT format('{}', 'a')", { body: "SELECT format('{}', 'a')", rest: '' }],
    ['SELECT format FROM t', { body: 'SELECT format FROM t', rest: '' }],
    ['SELECT a FROM format f', { body: 'SELECT a FROM format f', rest: '' }],
    ['SELECT (SELECT 1 FORMAT TSV)', { body: 'SELECT (SELECT 1 FORMAT TSV)', rest: '' }],
    ['SELECT a FROM t GROUP BY ALL FORMAT TSV', { body: 'SELECT a FROM t GROUP BY ALL', format: 'TSV', rest: '' }],
    ['SELECT 1 AS all FORMAT TSV', { body: 'SELECT 1 AS all', format: 'TSV', rest: '' }],
    [
      "SELECT * FROM loads WHERE state IN ('loaded') FORMAT TSV",
      { body: "SELECT * FROM loads WHERE state IN ('loaded')", format: 'TSV', rest: '' },
    ],
    ['SELECT 1. FORMAT "TSV";', { body: 'SELECT 1.', format: 'TSV', rest: '' }],
    ['SELECT limit FORMAT TSV', { body: 'SELECT limit', format: 'TSV', rest: '' }],
    ['SELECT a FROM t ORDER BY format DESC', { body: 'SELECT a FROM t ORDER BY format DESC', rest: '' }],
    ['FROM t SELECT a * format b', { body: 'FROM t SELECT a * format b', rest: '' }],
    ['SELECT * FORMAT CSV', { body: 'SELECT *', format: 'CSV', rest: '' }],
    [
      '(SELECT 1) UNION ALL (SELECT 2) FORMAT CSV',
      { body: '(SELECT 1) UNION ALL (SELECT 2)', format: 'CSV', rest: '' },
    ],
    ['WITH 1 AS x SELECT x FORMAT CSV', { body: 'WITH 1 AS x SELECT x', format: 'CSV', rest: '' }],
    ['FROM numbers(2) SELECT number', { body: 'FROM numbers(2) SELECT number', rest: '' }],
    ['SELECT $$;$$; -- ;', { body: 'SELECT $$;$$', rest: '' }],
  ])('%s', (sql, expected) => {
    expect(shown(sql)).toEqual({ kind: 'select', ...expected });
  });
});

describe('an INSERT with rows', () => {
  it.each([
    ['INSERT INTO t', { target: 'INSERT INTO t', format: 'Values', data: '' }],
    ['insert into db.t (a, b) values', { target: 'insert into db.t (a, b)', format: 'Values', data: '' }],
    [
      'INSERT INTO TABLE `t`(`a)`) FORMAT JSONEachRow',
      { target: 'INSERT INTO TABLE `t`(`a)`)', format: 'JSONEachRow', data: '' },
    ],
    [
      'INSERT INTO {db: Identifier}.{t: Identifier} FORMAT Native;',
      { target: 'INSERT INTO {db: Identifier}.{t: Identifier}', format: 'Native', data: '' },
    ],
    ['INSERT INTO t (* EXCEPT(b)) FORMAT CSV', { target: 'INSERT INTO t (* EXCEPT(b))', format: 'CSV', data: '' }],
    [
      'INSERT INTO t SETTINGS async_insert=0 /* FORMAT X */ FORMAT TSV',
      { target: 'INSERT INTO t', settings: 'SETTINGS async_insert=0', format: 'TSV', data: '' },
    ],
    [
      "INSERT INTO t VALUES (1, ';'), (2, '')",
      { target: 'INSERT INTO t', format: 'Values', data: "(1, ';'), (2, '')" },
    ],
    ['INSERT INTO t FORMAT Values (1);', { target: 'INSERT INTO t', format: 'Values', data: '(1)' }],
    [
      'INSERT INTO t FORMAT JSONEachRow\n{"a": ";"}; {"b": 1}',
      { target: 'INSERT INTO t', format: 'JSONEachRow', data: '{"a": ";"}; {"b": 1}' },
    ],
  ])('%s', (sql, expected) => {
    expect(shown(sql)).toEqual({ kind: 'insert_data', settings: '', ...expected });
  });
});

describe('an INSERT that reads input()', () => {
  it.each([
    [
      "INSERT INTO t (a) SELECT toUInt8(line) FROM input('line String') FORMAT LineAsString",
      {
        before: 'INSERT INTO t (a) SELECT toUInt8(line) FROM',
        structure: "'line String'",
        after: '',
        format: 'LineAsString',
        rest: '',
      },
    ],
    [
      "INSERT INTO t SELECT 'input(x) FORMAT y' /* input('z') */ FROM (SELECT * FROM input($$a String$$) WHERE a != '') SETTINGS max_threads = 1 FORMAT TSV",
      {
        before: "INSERT INTO t SELECT 'input(x) FORMAT y' /* input('z') */ FROM (SELECT * FROM",
        structure: '$$a String$$',
        after: "WHERE a != '') SETTINGS max_threads = 1",
        format: 'TSV',
        rest: '',
      },
    ],
  ])('%s', (sql, expected) => {
    expect(shown(sql)).toEqual({ kind: 'insert_input', ...expected });
  });
});

it.each([
  ['INSERT INTO t SELECT input FROM input', 'insert_plain'],
  ['INSERT INTO t (SELECT 1)', 'insert_plain'],
  ["INSERT INTO FUNCTION null('a UInt8') SELECT 1", 'insert_plain'],
  ['WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x', 'insert_plain'],
  ["KILL QUERY WHERE query_id = 'x'", 'kill'],
  ['CREATE TABLE file (file UInt8) ENGINE = Memory', 'other'],
  ['INSERT INTO file (a) VALUES (1)', 'insert_data'],
  ['EXPLAIN SELECT 1', 'other'],
  ["SELECT 'INTO OUTFILE x', `file` FROM t -- FROM INFILE 'y'", 'select'],
])('%s is %s', (sql, kind) => {
  expect(analyse(sql).kind).toBe(kind);
});

it.each([
  ['', 62],
  [' ;; -- nothing', 62],
  ["'", 62],
  ['\0', 62],
  ['\0SELECT 1', 62],
  ['💥', 62],
  ['{SELECT 1}', 62],
  ['SELECT 1; SELECT 2', 62],
  ['INSERT INTO t VALUES (1); DROP TABLE t', 62],
  ['INSERT INTO t BANANA', 62],
  ["SELECT 1 INTO /* */ OUTFILE 'x'", 48],
  ["INSERT INTO t FROM INFILE 'x' FORMAT CSV", 48],
  ["INSERT INTO t SELECT * FROM input('a UInt8')", 48],
  ["INSERT INTO t SELECT * FROM input('a UInt8'), input('b UInt8') FORMAT TSV", 48],
  ['INSERT INTO t SELECT * FROM input(x) FORMAT TSV', 48],
  ["SELECT file('/etc/passwd')", 497],
  ["SELECT * FROM `file` /* */ ('x.csv')", 497],
  ["INSERT INTO t SELECT * FROM file('x.csv')", 497],
])('refuses %j with code %i', (sql, code) => {
  expect(codeOf(sql)).toBe(code);
});

it.each([
  ['/* c */ SET a = 1', 'session'],
  ['-- c\nUSE d', 'session'],
  ['CREATE /* c */ TEMPORARY TABLE t (a UInt8)', 'session'],
  ['CREATE OR REPLACE TEMPORARY TABLE t (a UInt8)', 'session'],
  ['CREATE TABLE temporary (a UInt8) ENGINE = Memory', 'tables'],
  ['(((', undefined],
  ['/* c */ SHOW TABLES', 'none'],
  ['DROP TABLE t', 'tables'],
])('%s leaves something in: %s', (sql, effect) => {
  const statement = analyse(sql);
  expect(statement.kind === 'other' ? statement.effect : undefined).toBe(effect);
});
