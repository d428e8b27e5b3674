import { expect, test } from 'vitest';
import { parseTimestampPattern, timestampFormatProblem } from './timestamp-format.ts';

test.each(['%d/%b/%Y:%H:%M:%S %z', '%F %T.%f', '%m/%d/%Y %I:%M %p', '%e. %B %Y 100%%', 'epoch_ms'])(
  'reads %s',
  (format) => {
    expect(timestampFormatProblem(format)).toBeUndefined();
  },
);

test('splits a pattern into directives and the text between them', () => {
  expect(parseTimestampPattern('%F%%T')).toEqual([
    { kind: 'directive', letter: 'Y' },
    { kind: 'literal', text: '-' },
    { kind: 'directive', letter: 'm' },
    { kind: 'literal', text: '-' },
    { kind: 'directive', letter: 'd' },
    { kind: 'literal', text: '%' },
    { kind: 'literal', text: 'T' },
  ]);
});

test.each([
  ['iso', 'is no pattern'],
  ['', 'is no pattern'],
  ['constructor', 'is no pattern'],
  ['%Y-%m-%d %Q', 'uses %Q, which is not known'],
  ['%d/%m/%y', 'uses %y, which is not known'],
  ['%Y-%m-%d %', 'uses %, which is not known'],
  ['%Y-%m-%d %Y', 'uses %Y twice'],
  ['%H:%M', 'no directive for a year (%Y)'],
  ['%Y-%d', 'no directive for a month'],
  ['%Y-%m', 'no directive for a day'],
  ['%Y-%m-%d %I', 'needs %I and %p together'],
])('says what is wrong with %s', (format, sentence) => {
  expect(timestampFormatProblem(format)).toContain(sentence);
});
