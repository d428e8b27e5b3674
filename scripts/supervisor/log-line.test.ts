import { expect, test } from 'vitest';
import { Repetition, terminalLine } from './log-line.ts';

function shown(record: Record<string, unknown>): string | undefined {
  return terminalLine(JSON.stringify({ level: 50, ...record }), 'stdout');
}

test('a failure is said once, however often its record repeats it', () => {
  const refused = 'connect ECONNREFUSED 127.0.0.1:8123';
  expect(shown({ msg: refused, err: { message: `${refused}: ${refused}` } })).toBe(`error: ${refused}`);
  expect(shown({ msg: `${refused}: ${refused}`, err: { message: refused } })).toBe(`error: ${refused}`);
  expect(shown({ msg: 'trying again', err: { message: `asking: ${refused}` } })).toBe(
    `error: trying again (asking: ${refused})`,
  );
  expect(shown({ msg: 'x', err: { message: `x: no answer: ${refused}: ${refused}` } })).toBe(
    `error: x: no answer: ${refused}`,
  );
});

test('what is said stays whole when nothing repeats', () => {
  expect(shown({ msg: 'port 80: taken' })).toBe('error: port 80: taken');
  expect(terminalLine('{"level":30,"msg":"fine"}', 'stdout')).toBeUndefined();
});

test('the same line comes again after ten seconds, another at once', () => {
  const repetition = new Repetition();
  expect(repetition.isDue('a', 0)).toBe(true);
  expect(repetition.isDue('a', 9_999)).toBe(false);
  expect(repetition.isDue('b', 9_999)).toBe(true);
  expect(repetition.isDue('a', 10_000)).toBe(true);
});
