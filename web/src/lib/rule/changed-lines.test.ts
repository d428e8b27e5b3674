import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedLines } from './changed-lines.ts';

test('a changed line is the old one taken away and the new one added', () => {
  expect(changedLines('id: a\nshare: 5\n', 'id: a\nshare: 6\n')).toEqual([
    { kind: 'same', text: 'id: a' },
    { kind: 'removed', text: 'share: 5' },
    { kind: 'added', text: 'share: 6' },
  ]);
});

test('the first version is all new', () => {
  expect(changedLines('', 'id: a\n')).toEqual([{ kind: 'added', text: 'id: a' }]);
});

test('both texts can be read back from the list', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  fc.assert(
    fc.property(texts, texts, (old, now) => {
      const lines = changedLines(old.join('\n'), now.join('\n'));
      const side = (left: 'added' | 'removed') => lines.filter(({ kind }) => kind !== left).map(({ text }) => text);
      expect(side('added')).toEqual(old);
      expect(side('removed')).toEqual(now);
    }),
  );
});
