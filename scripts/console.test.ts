import { expect, test } from 'vitest';

test.fails('a console call fails its test', () => {
  console.log('seen');
});

test.fails('a console call fails its test even when the error is swallowed', () => {
  expect(() => {
    console.error('seen');
  }).toThrow('console.error(seen)');
});
