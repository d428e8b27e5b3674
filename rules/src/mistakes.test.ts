import { describe, expect, test } from 'vitest';
import { columnsOf } from './testing.ts';
import { ruleProblems } from './bind-rule.ts';
import { describeProblem, parseSourceYaml, yamlPlaces } from './yaml.ts';

function complaints(text: string): string {
  const result = parseSourceYaml(text);
  return result.ok ? 'accepted' : result.problems.map(describeProblem).join('\n');
}

describe('a rule that makes no sense is refused with its line, its field and what to write', () => {
  test.each([
    ['range: { column: a, min: 5, max: 1 }', 'column 25: `min`: no value is at least `min` and at most `max`'],
    ['range: { column: a, min: 2024-02-01, max: 2024-01-31T00:00:00Z }', '`min` is above `max`: swap them'],
    ['range: { column: a, min: 1e400 }', '`min`: 1e400 is beyond every number that a column can hold'],
    ['range: { column: a, max: -1e99999 }', '`max`: -1e99999 is beyond every number'],
    ['range: { column: a, min: .inf }', '`min` is Infinity, which is no number to compare with'],
    ['range: { column: a, min: low }', '`min`: "low" is neither a number, a date nor a time'],
    ['range: { column: a, min: [1] }', '`min` must be text, a number or true or false, not a list'],
    ['unique: { columns: [a, b, a] }', 'column 31: entry 3 of `columns`: `a` is here twice'],
    ['unique: { columns: [] }', '`columns` is an empty list: give at least one'],
    ['unique: { columns: a }', '`columns` must be a list, not "a": write [a]'],
    ['accepted_values: { column: c, values: [] }', '`values` is an empty list: give at least one'],
    ['accepted_values: { column: c, values: [1, "1"] }', 'entry 2 of `values`: "1" is here twice'],
    ['columns_present: { columns: [a, a] }', 'entry 2 of `columns`: `a` is here twice'],
    ['not_null: { column: a }\n    by: [b, b]', 'line 3, column 13: entry 2 of `by`: `b` is here twice'],
    ['length: { column: c, min: 5, max: 1 }', '`min`: no text has at least `min` and at most `max` characters'],
    ['length: { column: c, min: 0 }', '`min`: every text has at least 0 characters'],
    ['length: { column: c, min: 99999999999999999999 }', '`min` is 99999999999999999999, a larger or longer number'],
    ['length: { column: c, min: "5" }', '`min` must be a number, not "5": write 5 without quotes'],
    ['metric: { column: c, metric: quantile, level: 95 }', '`level` must be at most 1, not 95'],
    [
      'metric: { column: c, metric: avg }',
      '`metric` is "avg", which is not one of min, max, mean, sum, stddev, variance, median, quantile, did you mean `mean`?',
    ],
    ['metric: { column: c, metric: quantile }', '`metric`: a quantile needs its `level`'],
    ['metric: { column: c, metric: mean, level: 0.5 }', 'column 40: `level`: `level` belongs to `metric: quantile`'],
    ['not_null: { column: a }\n    window: 0 hours', '`window`: a window lasts at least a second, "0 hours" does not'],
    ['not_null: { column: a }\n    window: -1 day', '`window`: a window lasts at least a second'],
    ['not_null: { column: a }\n    window: 2 houres', 'did you mean `2 hours`?'],
    ['not_null: { column: a }\n    window: 1', '`window` must be text such as `1 hour`, not 1'],
    [
      'not_null: { column: a }\n    fail: { share: "> 1%" }\n    warn: { share: "> 5%" }',
      'line 4, column 13: `warn.share` is never reached: whatever is `> 5%` fails already, as `> 1%`',
    ],
    ['row_count: {}\n    fail: { value: "< 9" }\n    warn: { value: "< 9" }', '`warn.value` is never reached'],
    [
      'not_null: { column: a }\n    fail: { share: "> 100%" }',
      'column 13: `fail.share`: this is never so: a share lies',
    ],
    ['not_null: { column: a }\n    fail: { count: ">= 0" }', '`fail.count`: this is always so'],
    ['not_null: { column: a }\n    fail: { count: "> 1e999" }', '`fail.count`: this is never so'],
    ['not_null: { column: a }\n    fail: { share: "> 5" }', '`fail.share`: a share is at most 1'],
    ['not_null: { column: a }\n    fail: { count: "> 5%" }', '`fail.count`: a percentage can only be compared'],
    ['not_null: { column: a }\n    fail: "> 5%"', '`fail` must be a map of fields (count, share, value), not "> 5%"'],
    ['not_null: { column: a }\n    fail: { share: 5 }', '`fail.share` must be text such as `> 5%`, not 5'],
    ['not_null: { column: a }\n    fail: { share: > 5% }', 'line 3, column 20: text that begins with a sign'],
    ['not_null: { column: a }\n    fail:\n      share: > 5%', 'goes in quotes, such as "> 5%"'],
    ['matches: { column: c, pattern: "(a" }', '`pattern`: a ( is never closed'],
  ])('%s', (rule, words) => {
    expect(complaints(`rules:\n  - ${rule}\n`)).toContain(words);
  });

  test('one mistake is told once', () => {
    expect(complaints('rules:\n  - unique: { column: a }\n')).toBe(
      'line 2, column 15: `column` is not a field of `unique`, did you mean `columns`?',
    );
    expect(complaints('rules:\n  - not_null: { column: a }\n    fail: { percent: "> 1" }\n')).toBe(
      'line 3, column 13: `percent` is not a field of `fail`; it has count, share, value',
    );
  });
});

describe('so is a source that makes no sense', () => {
  test.each([
    ['limits: { rows_max: 0 }', '`limits.rows_max` must be at least 1, not 0'],
    ['limits: { rows_max: 1e400 }', '`limits.rows_max` is 1e400, a larger or longer number than can be kept here'],
    ['limits: { rows_max: 99999999999999999999 }', 'a larger or longer number than can be kept here'],
    ['limits: { depth_max: 1000000 }', '`limits.depth_max` must be at most 1,000, not 1000000'],
    ['limits: { ratio_max: 0.5 }', '`limits.ratio_max` must be at least 1, not 0.5'],
    ['retention: { rows: 0 days }', '`retention.rows`: write how long to keep it: `30 days`, at least `1 day`'],
    ['expect: { every: -1 day }', '`expect.every`: write a length of time above zero'],
    ['key: [a, a]', 'entry 2 of `key`: `a` is here twice'],
    ['format: jsonl\ndelimiter: ";"', 'line 2, column 1: `delimiter` is for CSV, and `format` is jsonl'],
    ['columns: { placed_at: { type: Date } }\nevent_time: placd_at', 'did you mean `placed_at`?'],
    [
      'columns: { at: { type: Date }, n: { type: Int8 } }\nevent_time: n',
      '`event_time`: column `n` is Int8, not a date or time; `at` would fit',
    ],
    ['columns: { order_id: {} }\nkey: [oder_id]', '`key`: column `oder_id` does not exist, did you mean `order_id`?'],
    ['columns: { n: { type: Int8, timestamp_format: epoch_s } }', '`timestamp_format` is for dates and times'],
    [
      "columns: { d: { timestamp_format: '%d/%m/%Y' } }",
      '`timestamp_format` is for dates and times, and column `d` has no type',
    ],
    [
      'columns: { d: { type: Date, timestamp_format: epoch_s } }',
      '`timestamp_format: epoch_s` counts time, and column `d` is Date',
    ],
    ['columns: { a: String }', 'write `a: { type: String }`'],
    ['columns: { a: { type: varchar(20) } }', 'did you mean String?'],
    ['columns: { a: { type: Nullable(Int8) } }', 'write Int8 alone'],
    ['columns: { a: { type: Decimal(12,2) } }', 'a type with a comma goes in quotes'],
    ['columns: { a: { type: "DateTime64(3, \'Europe/Berln\')" } }', 'did you mean `Europe/Berlin`?'],
    ['zone: Berlin', '`zone`: "Berlin" is not a time zone, did you mean `Europe/Berlin`?'],
    ['owner: a\nowner: b', 'line 2, column 1: `owner` is here twice: keep one of them'],
  ])('%s', (text, words) => {
    expect(complaints(text)).toContain(words);
  });
});

describe('a rule that does not fit its columns says which would', () => {
  const columns = columnsOf({ amount: 'Decimal(12,2)', items: 'Int8', country: 'String', placed_at: 'DateTime64(3)' });

  test.each([
    ['range: { column: amuont, min: 1 }', 'column `amuont` does not exist, did you mean `amount`?'],
    [
      'range: { column: price, min: 1 }',
      'column `price` does not exist; there are `amount`, `items`, `country` and `placed_at`',
    ],
    [
      'range: { column: country, min: 1 }',
      'column `country` is String, and this needs a number, Date or DateTime64: `amount`, `items` or `placed_at`',
    ],
    [
      'length: { column: amount, min: 1 }',
      'column `amount` is Decimal(12, 2), and this needs String or JSON: `country`',
    ],
    ['range: { column: items, min: "1e200" }', '"1e200" has more than the 76 digits that can be compared'],
    ['row_count: {}\nfail: { value: "< 0" }', 'this is never so'],
  ])('%s', (text, words) => {
    const read = parseSourceYaml(`rules:\n  - ${text.replaceAll('\n', '\n    ')}\n`);
    if (!read.ok) throw new Error(read.problems.map(describeProblem).join('\n'));
    const [written] = read.value.rules;
    expect(written && ruleProblems(written, columns, null)[0]?.message).toContain(words);
  });
});

test('a field is found again in the text it was read from', () => {
  const place = yamlPlaces('source: s\nrules:\n  - not_null: { column: a }\n  - range: { column: b,\n      min: 1 }\n');
  expect(place(['rules', 1, 'range', 'column'])).toEqual({ line: 4, column: 14 });
  expect(place(['rules', 1, 'range', 'min'])).toEqual({ line: 5, column: 7 });
  expect(place(['rules', 1, 'where'])).toEqual({ line: 4, column: 5 });
  expect(place(['owner'])).toEqual({ line: 1, column: 1 });
});
