import { expect, test } from 'vitest';
import { withFound } from './found-columns.ts';

const text = (name: string) => ({ name, type: { kind: 'string' } as const });
const date = (name: string) => ({ name, type: { kind: 'date' } as const });

test.each([
  {
    name: 'a first file puts what it brings and what is declared in its own order',
    settings: { columns: [date('at'), text('gone')], open: [] },
    first: true,
    expected: [text('id'), date('at'), text('note'), text('gone')],
  },
  {
    name: 'a first file of which every column is declared keeps the order of the declaration',
    settings: { columns: [text('note'), date('at')], open: ['id'] },
    first: true,
    expected: [text('note'), date('at'), text('id')],
  },
  {
    name: 'a later file decides only columns that no file had a value in',
    settings: { columns: [date('at')], open: ['note'] },
    first: false,
    expected: [date('at'), text('note')],
  },
])('$name', ({ settings, first, expected }) => {
  expect(withFound(settings, [text('id'), text('at'), text('note')], first)).toEqual(expected);
});
