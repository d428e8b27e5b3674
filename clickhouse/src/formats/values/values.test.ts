import { parseColumnType } from '@assay/rules';
import { describe, expect, test } from 'vitest';
import type { PlannedColumn } from '../define.ts';
import { planFor, readAll } from '../testing/read-all.ts';
import { timeDoubt } from './time-doubt.ts';
import { timestampReader } from './timestamp-format.ts';
import { isZone } from './zone.ts';

/** Reads the JSON texts as values of one column; a misfit is `undefined`. */
async function readColumn(
  type: string,
  written: readonly string[],
  change: Partial<PlannedColumn> = {},
): Promise<(string | null | undefined)[]> {
  const column = { name: 'v', number: 1, type: parseColumnType(type) ?? { kind: 'json' as const }, ...change };
  const plan = planFor({}, { columns: [column] });
  const { rows } = await readAll(written.map((text) => `{"v":${text}}\n`).join(''), plan);
  return rows.map((row) => (row.typeErrors.has('c_1') ? undefined : (row.values[0] ?? null)));
}

const quoted = (texts: readonly string[]): string[] => texts.map((text) => JSON.stringify(text));

describe('whole numbers', () => {
  test('are never wrapped, rounded or taken from another form', async () => {
    const misfits = ['128', '-129', '1.0', '1e2', '-0', '"1"', 'true', '[1]', '99999999999999999999', '0.0'];
    expect(await readColumn('Int8', ['127', '-128', '0', ...misfits])).toEqual([
      '127',
      '-128',
      '0',
      ...misfits.map(() => undefined),
    ]);
    expect(await readColumn('UInt64', ['18446744073709551615', '18446744073709551616', '-1'])).toEqual([
      '18446744073709551615',
      undefined,
      undefined,
    ]);
    expect(
      await readColumn('Int64', [
        '9223372036854775807',
        '9223372036854775808',
        '-9223372036854775808',
        '-9223372036854775809',
      ]),
    ).toEqual(['9223372036854775807', undefined, '-9223372036854775808', undefined]);
  });
});

describe('decimals', () => {
  test('keep every digit, and take no digit for which there is no room', async () => {
    expect(
      await readColumn('Decimal(12, 2)', [
        '1.23',
        '1.230',
        '1.239',
        '12',
        '-0.01',
        '9999999999.99',
        '10000000000.00',
        '1e3',
        '-0.00',
        '"1.5"',
      ]),
    ).toEqual(['123', '123', undefined, '1200', '-1', '999999999999', undefined, undefined, undefined, undefined]);
  });
});

describe('floats', () => {
  test('take the nearest number, but nothing that becomes zero, infinite or another whole number', async () => {
    expect(
      await readColumn('Float64', [
        '0.1',
        '1e308',
        '1e400',
        '1e-400',
        '-0',
        '0e5',
        '9007199254740992',
        '9007199254740993',
        '1e22',
        '5e-324',
      ]),
    ).toEqual(['0.1', '1e+308', undefined, undefined, '-0', '0', '9007199254740992', undefined, '1e+22', '5e-324']);
    expect(await readColumn('Float32', ['16777216', '16777217', '1e39', '1e-50', '0.5'])).toEqual([
      '16777216',
      undefined,
      undefined,
      undefined,
      '0.5',
    ]);
  });
});

describe('booleans, strings and JSON', () => {
  test('take only their own form', async () => {
    expect(await readColumn('Bool', ['true', 'false', '1', '"true"', 'null'])).toEqual([
      'true',
      'false',
      undefined,
      undefined,
      null,
    ]);
    expect(await readColumn('String', ['"x"', '1', '""', '{"a":1}', 'null'])).toEqual([
      'x',
      undefined,
      '',
      undefined,
      null,
    ]);
    expect(await readColumn('JSON', ['"x"', '1.0', '{"a": 1}', 'true', 'null'])).toEqual([
      '"x"',
      '1.0',
      '{"a": 1}',
      'true',
      null,
    ]);
  });
});

describe('dates', () => {
  test('must exist', async () => {
    const days = [
      '2024-02-29',
      '2023-02-29',
      '2000-02-29',
      '1900-02-29',
      '2024-13-01',
      '2024-00-10',
      '2024-04-31',
      '0000-00-00',
      '1899-12-31',
      '2300-01-01',
    ];
    expect(await readColumn('Date', quoted(days))).toEqual([
      '19782',
      undefined,
      '11016',
      ...Array.from({ length: 7 }, () => undefined),
    ]);
    expect(
      await readColumn(
        'Date',
        quoted(['01/02/2024', '2024-1-2', '20240310', '2024-W10-7', '2024-03-10T00:00:00', ' 2024-03-10']),
      ),
    ).toEqual(Array.from({ length: 6 }, () => undefined));
  });
});

describe('timestamps', () => {
  test('in ISO forms, with any offset', async () => {
    const forms = [
      '2024-03-10T12:00:00Z',
      '2024-03-10 12:00:00',
      '2024-03-10T14:00:00+02:00',
      '2024-03-10 06:30:00-0530',
      '2024-03-10T12:00:00.000',
    ];
    expect(await readColumn('DateTime', quoted(forms))).toEqual(forms.map(() => '1710072000'));
  });

  test('are never clamped, rounded or guessed', async () => {
    const misfits = [
      '2024-03-10T12:00:60Z',
      '2024-03-10T24:00:00Z',
      '2023-02-29T00:00:00Z',
      '1899-12-31T23:59:59Z',
      '2300-01-01T00:00:00Z',
      '2024-03-10T12:00',
      '2024-03-10t12:00:00z',
      '2024-03-10T12:00:00.1234Z',
      '2024-03-10T12:00:00+2',
      '2024-03-10T12:00:00 +0200',
      'Sun, 10 Mar 2024 12:00:00 GMT',
      '1710072000',
      '٢٠٢٤-03-10T12:00:00Z',
    ];
    expect(await readColumn('DateTime64(3)', quoted(misfits))).toEqual(misfits.map(() => undefined));
    expect(await readColumn('DateTime64(3)', ['1710072000', '1710072000000'])).toEqual([undefined, undefined]);
    expect(await readColumn('DateTime64(9)', quoted(['2262-04-11T23:47:16Z']))).toEqual([undefined]);
  });

  test('of a zone: a time that the clock skipped or showed twice says nothing', async () => {
    const newYork = { zone: 'America/New_York' };
    expect(
      await readColumn(
        'DateTime',
        quoted([
          '2024-01-15 12:00:00',
          '2024-07-15 12:00:00',
          '2024-03-10 01:59:59',
          '2024-03-10 02:30:00',
          '2024-03-10 03:00:00',
        ]),
        newYork,
      ),
    ).toEqual(['1705338000', '1721059200', '1710053999', undefined, '1710054000']);
    expect(
      await readColumn(
        'DateTime',
        quoted(['2024-11-03 00:59:59', '2024-11-03 01:30:00', '2024-11-03 02:00:00', '2024-11-03T01:30:00-05:00']),
        newYork,
      ),
    ).toEqual(['1730609999', undefined, '1730617200', '1730615400']);
    expect(
      await readColumn('DateTime', quoted(['2011-12-30 12:00:00', '2011-12-29 12:00:00', '2011-12-31 12:00:00']), {
        zone: 'Pacific/Apia',
      }),
    ).toEqual([undefined, String(Date.UTC(2011, 11, 29, 22) / 1000), String(Date.UTC(2011, 11, 30, 22) / 1000)]);
    expect(isZone('Mars/Olympus')).toBe(false);
  });

  test('in a declared format', async () => {
    const log = { timestamp_format: '%d/%b/%Y:%H:%M:%S %z' };
    expect(
      await readColumn(
        'DateTime',
        [
          '"17/May/2015:10:05:03 +0000"',
          '"17\\/May\\/2015:12:05:03 +0200"',
          '"17/Mai/2015:10:05:03 +0000"',
          '"17/May/2015:10:05:03"',
        ],
        log,
      ),
    ).toEqual(['1431857103', '1431857103', undefined, undefined]);
    expect(
      await readColumn('DateTime64(6)', quoted(['03.02.2024 04:05:06,123456']), {
        timestamp_format: '%d.%m.%Y %H:%M:%S,%f',
      }),
    ).toEqual(['1706933106123456']);
    expect(
      await readColumn('DateTime', quoted(['2/3/2024 12:30 AM', '2/13/2024 1:30 PM']), {
        timestamp_format: '%m/%d/%Y %I:%M %p',
      }),
    ).toEqual([undefined, undefined]);
    expect(
      await readColumn('DateTime', quoted(['02/03/2024 12:30 AM', '02/13/2024 01:30 PM']), {
        timestamp_format: '%m/%d/%Y %I:%M %p',
      }),
    ).toEqual(['1706920200', '1707831000']);
  });

  test('days in a declared format, which have no time of day', async () => {
    const format = { timestamp_format: '%d/%m/%Y' };
    const written = ['"01/02/2024"', '"01\\/02\\/2024"', '"2024-02-01"', '"31/02/2024"', '"01/02/2500"'];
    expect(await readColumn('Date', written, format)).toEqual(['19754', '19754', undefined, undefined, undefined]);
    const withTime = { timestamp_format: '%d/%m/%Y %H:%M' };
    expect(await readColumn('Date', quoted(['01/02/2024 00:00', '01/02/2024 10:00']), withTime)).toEqual([
      '19754',
      undefined,
    ]);
  });

  test('as numbers of seconds or parts of one', async () => {
    expect(
      await readColumn('DateTime', ['1710072000', '-1', '1.5', '"1710072000"', '99999999999999'], {
        timestamp_format: 'epoch_s',
      }),
    ).toEqual(['1710072000', '-1', undefined, undefined, undefined]);
    expect(
      await readColumn('DateTime64(3)', ['1710072000123', '-1', '-1000'], { timestamp_format: 'epoch_ms' }),
    ).toEqual(['1710072000123', '-1', '-1000']);
    expect(
      await readColumn('DateTime64(3)', ['1710072000123000', '1710072000123001'], { timestamp_format: 'epoch_us' }),
    ).toEqual(['1710072000123', undefined]);
    expect(await readColumn('DateTime64(9)', ['1710072000123456789', '0'], { timestamp_format: 'epoch_ns' })).toEqual([
      '1710072000123456789',
      '0',
    ]);
  });

  test('an unknown format is refused with a sentence', () => {
    expect(timestampReader('%Q')).toContain('uses %Q, which is not known');
  });
});

describe('a text that is written as a date', () => {
  test.each([
    ['2023-02-29', { kind: 'invalid', what: 'day' }],
    ['0000-00-00', { kind: 'invalid', what: 'day' }],
    ['2024-13-01', { kind: 'invalid', what: 'day' }],
    ['31/02/2024', { kind: 'invalid', what: 'day' }],
    ['2024-03-10T12:00:60Z', { kind: 'invalid', what: 'time' }],
    ['2024-03-10 24:00:00', { kind: 'invalid', what: 'time' }],
    ['01/02/2024', { kind: 'ambiguous', readings: ['2024-02-01', '2024-01-02'] }],
    ['1.2.2024 10:00', { kind: 'ambiguous', readings: ['2024-02-01', '2024-01-02'] }],
    ['2024-02-29', undefined],
    ['13/02/2024', undefined],
    ['02/02/2024', undefined],
    ['2024-03-10T12:00:00+14:00', undefined],
    ['20240310', undefined],
    ['2024-W10-7', undefined],
    ['2024-03-10 02:30:00', { kind: 'clock', zone: 'America/New_York' }],
    ['2024-11-03T01:30:00.5', { kind: 'clock', zone: 'America/New_York' }],
    ['2024-11-03T01:30:00-05:00', undefined],
    ['2024-11-03T03:30:00', undefined],
    ['0001-01-01 00:00:00', undefined],
    ['0050-06-01 12:00:00', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('is judged: %s', (text, doubt) => {
    expect(timeDoubt(text, 'America/New_York')).toEqual(doubt);
  });
});
