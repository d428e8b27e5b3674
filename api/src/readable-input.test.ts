import { expect, test } from 'vitest';
import { refuseUnreadable } from './readable-input.ts';

test.each([
  [
    '{"document":{"source":"s","columns":{"__proto__":{"type":"String"}}}}',
    'document.columns.__proto__: a field of this name is lost in JSON; send the document as text, in `yaml` instead of `document`.',
  ],
  [
    '{"document":{"labels":{"__proto__":"x"}}}',
    'document.labels.__proto__: a field of this name cannot be kept; leave it out, or call it something else.',
  ],
  [
    '{"rule":{"not_null":{"__proto__":1}}}',
    'rule.not_null.__proto__: a field of this name cannot be kept; leave it out, or call it something else.',
  ],
  ['{"__proto__":1}', '__proto__: a field of this name cannot be kept; leave it out, or call it something else.'],
])('a name that would be lost is refused with what helps where it stands: %s', (body, message) => {
  expect(() => refuseUnreadable(JSON.parse(body))).toThrow(message);
});
