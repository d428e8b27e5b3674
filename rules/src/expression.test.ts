import { startTestEngine, type TestEngine } from '@assay/clickhouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileCondition } from './expression.ts';
import { ExpressionError } from './expression-lexer.ts';
import { fromRows, type RowSet } from './row-set.ts';
import { sql } from './sql.ts';
import { columnsOf, rowsOf, tableOf } from './testing.ts';

const columns = columnsOf({
  status: 'String',
  amount: 'Decimal(12,2)',
  quantity: 'Int64',
  big: 'UInt64',
  ratio: 'Float64',
  paid: 'Bool',
  day: 'Date',
  at: 'DateTime64(3)',
  payload: 'JSON',
  'a.b': 'Int64',
  'strange name`"': 'String',
  Größe: 'Int64',
});

const row = {
  status: 'paid',
  amount: '10.50',
  quantity: 3,
  big: '18446744073709551615',
  ratio: 0.5,
  paid: true,
  day: '2024-02-29',
  at: '2024-02-29 10:00:00.250',
  payload: '{"user":{"id":7,"name":"Zoë","tags":["x","y"],"none":null},"a.b":1}',
  'a.b': 5,
  'strange name`"': "it's",
  Größe: 180,
};

let engine: TestEngine;
let rows: RowSet;
beforeAll(async () => {
  engine = await startTestEngine();
  rows = await tableOf(engine, columns, [row, {}]);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

/** Of the row above, and of one that is all NULL. */
async function truth(text: string): Promise<unknown[]> {
  const condition = compileCondition(text, columns).sql;
  const answer = await rowsOf(
    engine,
    sql`SELECT toInt8(${condition}) AS truth ${fromRows(rows)} ORDER BY _assay_line`.text,
  );
  return answer.map(({ truth: value }) => value);
}

describe('means what SQL means', () => {
  test.each<[string, number | null, number | null]>([
    ["status = 'paid'", 1, null],
    ["status <> 'paid' OR amount > 10", 1, null],
    ['NOT paid', 0, null],
    ['paid = true', 1, null],
    ['paid AND quantity IS NOT NULL', 1, 0],
    ['status IS NULL', 0, 1],
    ["status IN ('open', 'paid')", 1, null],
    ["status NOT IN ('open', 'paid')", 0, null],
    ['quantity IN (1, 2, 3)', 1, null],
    ['quantity NOT IN (1, 2)', 1, null],
    ['amount IN (10.5, 7)', 1, null],
    ['amount BETWEEN 10.49 AND 10.51', 1, null],
    ['amount NOT BETWEEN 10.5 AND 11', 0, null],
    ["status LIKE 'pa%'", 1, null],
    ["status ILIKE 'PA_D'", 1, null],
    ["status NOT LIKE 'x%'", 1, null],
    ['amount = 10.500', 1, null],
    ['amount > 10.4999999999999999999999', 1, null],
    ['big = 18446744073709551615', 1, null],
    ['big > 18446744073709551614', 1, null],
    ['big < 18446744073709551616', 1, null],
    ['big + 1 = 18446744073709551616', 1, null],
    ['big * big = 340282366920938463426481119284349108225', 1, null],
    ['amount * quantity = 31.5', 1, null],
    ['amount * quantity - 0.5 = 31', 1, null],
    ['quantity / 2 = 1.5', 1, null],
    ['quantity / 0 > 1', null, null],
    ['quantity % 2 = 1', 1, null],
    ['quantity % 0 = 1', null, null],
    ['-quantity = -3', 1, null],
    ['quantity - 5 < 0', 1, null],
    ['ratio * 2 = 1', 1, null],
    ['ratio < amount', 1, null],
    ['1 + 2 * 3 = 7', 1, 1],
    ['(1 + 2) * 3 = 9', 1, 1],
    ['10 - 2 - 3 = 5', 1, 1],
    ['NOT 1 = 2 AND 2 = 2', 1, 1],
    ["day = '2024-02-29'", 1, null],
    ["day >= '2024-03-01'", 0, null],
    ["at < '2024-02-29T11:00:00+01:00'", 0, null],
    ["at >= '2024-02-29T10:00:00.25Z'", 1, null],
    ["day < '2024-02-29T10:00:00Z'", 1, null],
    ['at > day', 1, null],
    ["payload.user.name = 'Zoë'", 1, null],
    ["payload['user'].id = '7'", 1, null],
    ["payload.user.tags[2] = 'y'", 1, null],
    ['payload.user.none IS NULL', 1, 1],
    ['payload.nothing.here IS NULL', 1, 1],
    ['CAST(payload.user.id AS Int64) > 6', 1, null],
    ['payload.user.id::Int64 = 7', 1, null],
    ["payload['a.b'] = '1'", 1, null],
    ['a.b = 5', 1, null],
    ['"a.b" = 5', 1, null],
    ["`strange name``\"` = 'x' OR true", 1, 1],
    ['"strange name`""" = \'it\'\'s\'', 1, null],
    ['"strange name`\\"" = \'it\\\'s\'', 1, null],
    ['Größe = 180', 1, null],
    ["CASE WHEN quantity > 2 THEN 'many' ELSE 'few' END = 'many'", 1, 0],
    ["CASE status WHEN 'paid' THEN 1 WHEN 'open' THEN 2.5 END = 1", 1, null],
    ["CAST('1.239' AS Decimal(12,2)) IS NULL", 1, 1],
    ["CAST('1.23' AS Decimal(12,2)) = 1.23", 1, 1],
    ["CAST('2023-02-29' AS Date) IS NULL", 1, 1],
    ["CAST('99999999999999999999' AS Int64) IS NULL", 1, 1],
    ["CAST('1e3' AS Int64) IS NULL", 1, 1],
    ["CAST('12x' AS Float64) IS NULL", 1, 1],
    ["CAST(quantity AS String) = '3'", 1, null],
    ['CAST(amount AS Int64) IS NULL', 1, 1],
    ['CAST(quantity AS Decimal(5,1)) = 3', 1, null],
    ['length(status) = 4', 1, null],
    ["upper(status) || '!' = 'PAID!'", 1, null],
    ["trim(' x ') = 'x'", 1, 1],
    ["substring(status, 2, 2) = 'ai'", 1, null],
    ["startsWith(status, 'pa') AND endsWith(status, 'id')", 1, null],
    ["match(status, '^p.*d$')", 1, null],
    ["replace(status, 'p', 'P') = 'Paid'", 1, null],
    ['abs(-3) = 3', 1, 1],
    ['round(amount, 0) = 11 OR round(amount, 0) = 10', 1, null],
    ['coalesce(quantity, 0) = 0', 0, 1],
    ['least(amount, quantity) = 3', 1, null],
    ['nullIf(quantity, 3) IS NULL', 1, 1],
    ['year(day) = 2024 AND month(at) = 2 AND hour(at) = 10 AND weekday(day) = 4', 1, null],
    ["days_between(day, '2024-03-01') = 1", 1, null],
    ['seconds_between(at, at) = 0', 1, null],
    ['date(at) = day', 1, null],
    ['isFinite(ratio)', 1, null],
    ["concat(status, '-', status) = 'paid-paid'", 1, null],
  ])('%s', async (text, ofRow, ofNulls) => {
    expect(await truth(text)).toEqual([ofRow, ofNulls]);
  });
});

describe('says what is wrong and where', () => {
  test.each([
    ['amuont > 1', 'column `amuont` does not exist, did you mean `amount`? (at character 1)'],
    ['amount > ', 'the expression ends too early (at character 10)'],
    ['amount >', 'the expression ends too early (at character 9)'],
    ['', 'the expression is empty (at character 1)'],
    ['amount', 'a condition is true or false, this is a number (at character 1)'],
    [
      "amount = 'x'",
      'a number cannot be compared with text: CAST(… AS Int64) or another type makes one of the text (at character 8)',
    ],
    ['status = NULL', 'nothing equals NULL: write IS NULL or IS NOT NULL (at character 8)'],
    ['amount = 1 = 1', 'comparisons do not chain: join them with AND (at character 12)'],
    ['lenght(status) > 1', 'function `lenght` is not allowed in rules, did you mean `length`?'],
    ["day = '2023-02-29'", '"2023-02-29" is not a value of Date: write a date such as 2024-02-29 (at character 7)'],
    ['status.x = 1', 'column `status` is no JSON: there is nothing inside it to name (at character 1)'],
    ['quantity AND paid', 'a condition is expected here, this is a number (at character 1)'],
    ["status = 'paid", "the ' is never closed (at character 10)"],
    ['amount > 1 -- all of them', 'comments are not allowed in rules (at character 12)'],
    ['amount ! 1', '`!` is not allowed in rules (at character 8)'],
    ['status LIKE status', 'LIKE takes a pattern in single quotes (at character 13)'],
    ["match(status, '(a)\\\\1')", 'RE2 has no back-references such as \\1 (at character 1)'],
    [
      "match(status, '(?=a)')",
      'RE2 has no look-ahead or look-behind: split the pattern into two rules (at character 1)',
    ],
    ['CAST(status AS Strng) = 1', '`Strng` is not a type to cast to, did you mean `String`? (at character 1)'],
  ])('%s', (text, message) => {
    expect(() => compileCondition(text, columns)).toThrow(ExpressionError);
    expect(() => compileCondition(text, columns)).toThrow(message);
  });

  test('two columns that one path may mean', () => {
    const both = columnsOf({ a: 'JSON', 'a.b': 'Int64' });
    expect(() => compileCondition("a.b = '1'", both)).toThrow('this may mean the column `a` and `a.b`');
    expect(compileCondition('"a.b" = 1', both).columns).toEqual(['a.b']);
    expect(compileCondition("a['b'] = '1'", both).columns).toEqual(['a']);
  });
});

const tableFunctions =
  'file fileCluster url urlCluster s3 s3Cluster gcs iceberg hudi deltaLake azureBlobStorage hdfs remote remoteSecure cluster clusterAllReplicas mysql postgresql mongodb redis sqlite jdbc odbc executable filesystem dictionary merge view viewExplain loop eval fuzzQuery fuzzJSON input generateRandom numbers values format';
const scalarFunctions =
  'file dictGet dictGetOrDefault joinGet getMacro hostName serverUUID showCertificate catboostEvaluate sleep sleepEachRow currentUser currentDatabase version getSetting throwIf rand now today generateUUIDv4 addressToLine evalMLMethod reinterpret runningDifference neighbor rowNumberInAllBlocks arrayMap groupArray range repeat formatQuery tcpPort uptime queryID initialQueryID getServerSetting base64Decode encrypt decrypt toTypeName materialize ignore identity';
const statements =
  "SELECT 1|SELECT * FROM system.tables|amount > 1; DROP TABLE data_1|DROP TABLE data_1|SET readonly = 0|amount > 1 SETTINGS readonly = 0|amount > 1 FORMAT JSON|amount > 1 INTO OUTFILE 'x'|DESCRIBE TABLE x|EXPLAIN AST SELECT 1|EXISTS (SELECT 1)|EXISTS TABLE x|SHOW TABLES|KILL QUERY WHERE 1|SYSTEM SHUTDOWN|BACKUP TABLE x TO File('x')|ATTACH TABLE x|CREATE TEMPORARY TABLE x (a Int8)|USE x|WITH 1 AS x SELECT x|amount IN (SELECT 1)|amount = (SELECT 1)|(SELECT 1) = 1|amount > 1 UNION ALL SELECT 1|amount > 1 FROM system.one|amount IN system.numbers|system.tables.name = 'x'|amount > {x: Int64}|amount > @@version|$$heredoc$$ = status|amount > 1 /* */|x -> x|[1,2,3]|(1, 2) = (1, 2)|* = 1|status = E'x'|amount > 1 WHERE 1|amount > 1 LIMIT 1|amount > 1 AS x|count() > 1|sum(amount) > 1 OVER ()|INTERVAL 1 DAY > 1|status = 0x41|amount ? 1 : 2|_assay_line > 1|c_1 = 'x'|`c_1` = 'x'|_assay_load_id = 7|".split(
    '|',
  );

describe('refuses everything on the probe list', () => {
  test.each([...tableFunctions.split(' '), ...scalarFunctions.split(' ')])('function %s', (name) => {
    for (const text of [
      `${name}('x') = 1`,
      `amount > ${name}()`,
      `status IN (${name}('/etc/passwd'))`,
      `CASE WHEN ${name}(1) THEN true END`,
    ]) {
      expect(() => compileCondition(text, columns)).toThrow(`function \`${name}\` is not allowed in rules`);
    }
  });

  test.each(statements)('%s', (text) => {
    expect(() => compileCondition(text, columns)).toThrow(ExpressionError);
  });

  test('what is too long, too deep or too big', () => {
    expect(() => compileCondition(`amount > ${'1'.repeat(10_001)}`, columns)).toThrow('at most 10000 characters');
    expect(() => compileCondition(`${'('.repeat(4_000)}true${')'.repeat(4_000)}`, columns)).toThrow(
      'nested at most 60 deep',
    );
    expect(() => compileCondition(`${'NOT '.repeat(2_000)}true`, columns)).toThrow('nested at most 60 deep');
    expect(() => compileCondition(`${'-'.repeat(1)}${'(-'.repeat(500)}1${')'.repeat(500)} > 1`, columns)).toThrow(
      'nested at most 60 deep',
    );
    expect(() => compileCondition(`quantity IN (${'1,'.repeat(2_500)}1)`, columns)).toThrow('at most 2000 parts');
    expect(() => compileCondition(`quantity > ${'1+'.repeat(2_500)}1`, columns)).toThrow('at most 2000 parts');
  });
});

describe('whatever is written', () => {
  const words = fc.constantFrom(
    ...'status amount quantity payload paid day at AND OR NOT IN BETWEEN LIKE IS NULL CASE WHEN THEN ELSE END CAST AS Int64 ( ) , . [ ] = <> < > + - * / % || :: true 1 2.5'.split(
      ' ',
    ),
    "'x'",
    "'",
    '`',
    '"',
    '\\',
    ';',
    '--',
    '/*',
    '*/',
    '{x:String}',
    'file(',
    'system.tables',
    'SELECT',
    'FROM',
    'FORMAT',
    '\0',
    '\n',
    'ü',
    '😀',
  );
  const allowed = fc.constantFrom(
    "status = 'paid'",
    'amount * quantity > 10.5',
    "payload.user.id IN ('1', '2')",
    'CASE WHEN paid THEN quantity ELSE 0 END > 1',
    "length(status) BETWEEN 1 AND 9 AND day < '2024-01-01'",
  );

  /** Every token of the SQL is one that the compiler itself writes, a literal, or an encoded column. */
  function isOfTheGrammar(text: string): boolean {
    const rest = text
      .replace(/'(?:[^'\\]|\\.)*'/gs, '')
      .replace(/`c_\d+`/g, '')
      .replace(
        /\b(?:toInt256|toDecimal256|toFloat64|toInt64|nullIf|isNull|multiIf|ifNull|if|JSONType|JSONExtractString|JSONExtractRaw|CAST|accurateCastOrNull|match|like|ilike|toString|toDate32|toDate32OrNull|toDateTime64|parseDateTime64BestEffortOrNull|substring|lengthUTF8|concat|NOT|AND|OR|IN|NULL|true|false)\b/g,
        '',
      )
      .replace(/[\d\s(),.=<>!+*/%-]/g, '');
    return rest === '';
  }

  test('either a refusal with a position, or SQL of the grammar that the engine accepts', async () => {
    const seen = { refused: 0, accepted: 0 };
    const mutation = fc
      .tuple(allowed, fc.array(fc.tuple(fc.nat(60), fc.nat(4), words), { maxLength: 4 }))
      .map(([text, edits]) =>
        edits.reduce<string>((current, [at, cut, word]) => current.slice(0, at) + word + current.slice(at + cut), text),
      );
    const soup = fc.array(words, { maxLength: 14 }).map((parts) => parts.join(' '));
    const accepted: string[] = [];
    fc.assert(
      fc.property(fc.oneof(mutation, mutation, soup, fc.string({ unit: 'binary', maxLength: 60 })), (text) => {
        try {
          const compiled = compileCondition(text, columns).sql.text;
          seen.accepted++;
          accepted.push(compiled);
          expect(isOfTheGrammar(compiled), compiled).toBe(true);
        } catch (error) {
          if (!(error instanceof ExpressionError)) throw error;
          seen.refused++;
          expect(error.position).toBeGreaterThanOrEqual(1);
          expect(error.position).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 20_000 },
    );
    expect(seen.accepted).toBeGreaterThan(500);
    expect(seen.refused).toBeGreaterThan(5_000);
    const distinct = [...new Set(accepted)].slice(0, 400);
    for (let start = 0; start < distinct.length; start += 50) {
      const list = distinct.slice(start, start + 50).map((text) => `isNull(${text})`);
      await rowsOf(engine, `SELECT ${list.join(', ')} ${fromRows(rows).text}`);
    }
  });

  test('canary: the grammar test sees what does not belong', () => {
    expect(isOfTheGrammar("(`c_1` = 'x')")).toBe(true);
    expect(isOfTheGrammar("(`c_1` = file('x'))")).toBe(false);
    expect(isOfTheGrammar('(`c_1` = 1); DROP TABLE x')).toBe(false);
    expect(isOfTheGrammar('(amount = 1)')).toBe(false);
  });
});
