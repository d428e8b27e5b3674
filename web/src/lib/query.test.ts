import { expect, test } from 'vitest';
import { withQuery } from './query.ts';

const url = new URL('http://assay/loads?state=held&source=a%26b');

test('other parameters stay, encoded, when one changes', () => {
  expect(withQuery(url, { state: 'refused' })).toBe('/loads?state=refused&source=a%26b');
});

test('a parameter at its default leaves the link', () => {
  expect(withQuery(url, { state: null, source: '' })).toBe('/loads');
});
