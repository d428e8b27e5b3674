import { describe, expect, test } from 'vitest';
import { numberOrText, problemsBelow, setField } from './config.ts';

describe('editing a config', () => {
  test.each([[''], [[]], [{}], [null]])('what is empty (%j) leaves the config', (value) => {
    expect(setField({ column: 'a', min: 1 }, 'min', value)).toEqual({ column: 'a' });
  });

  test('zero and false stay', () => {
    expect(setField(setField({}, 'min', 0), 'exact', false)).toEqual({ min: 0, exact: false });
  });

  test.each([
    ['12', 12],
    [' 1.5 ', 1.5],
    ['007', '007'],
    ['12345678901234567890', '12345678901234567890'],
    ['twelve', 'twelve'],
  ])('%j is entered as %j: no digit is lost and no text is swallowed', (text, value) => {
    expect(numberOrText(text)).toBe(value);
  });

  test('problems find their field below a prefix; those of a list are told at the list', () => {
    const problems = [
      { path: ['range', 'min'], message: 'first' },
      { path: ['range', 'min'], message: 'second' },
      { path: ['range', 'values', 3], message: 'bad value' },
      { path: ['fail', 'share'], message: 'elsewhere' },
      { path: ['range'], message: 'as a whole' },
    ];
    expect([...problemsBelow(problems, ['range'])]).toEqual([
      ['min', 'first'],
      ['values', 'bad value'],
      ['', 'as a whole'],
    ]);
  });
});
