import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defaultPolicies, parsePolicies } from './policy-file.ts';
import { policyFor } from './policy.ts';

const file = 'policies.yaml';
const channels = { log: z.strictObject({}), hook: z.strictObject({ url: z.url('a URL begins with https://') }) };
const ops = `
targets:
  ops: { channel: hook, url: https://example.com/x }
policies:
  night:
    any:
      levels:
        - { after: 0s, targets: [ops] }
        - { after: 90 s, targets: [ops, log] }
routes:
  - { source: 'orders*', policy: night }
  - { labels: { team: payments }, policy: night }
`;

describe('policies', () => {
  test('the built-in default escalates by severity', () => {
    const { name, ladders } = policyFor(defaultPolicies(), { source: 'orders', labels: {} });
    expect(name).toBe('default');
    expect(ladders.critical.levels.map(({ after }) => after / 60_000)).toEqual([0, 5, 15]);
    expect(ladders.critical).toMatchObject({ repeats: 3, acknowledge_within: 3_600_000, notify_resolved: true });
    expect(ladders.info.levels).toEqual([]);
  });

  test('example feeds escalate after 0, 1 and 3 minutes', () => {
    const { name, ladders } = policyFor(defaultPolicies(), { source: 'orders', labels: { example: 'true' } });
    expect(name).toBe('examples');
    expect(ladders.medium.levels.map(({ after }) => after / 60_000)).toEqual([0, 1, 3]);
  });

  test('the first route that fits decides, the built-in policies stay beneath', () => {
    const all = parsePolicies(ops, { file, channels });
    const nameFor = (source: string, labels = {}) => policyFor(all, { source, labels }).name;
    expect(nameFor('orders-eu')).toBe('night');
    expect(nameFor('sensors', { team: 'payments' })).toBe('night');
    expect(nameFor('sensors', { team: 'x' })).toBe('default');
    expect(nameFor('sensors', { example: 'true' })).toBe('examples');
    expect(policyFor(all, { source: 'orders', labels: {} }).ladders.low.levels[1]).toEqual({
      after: 90_000,
      targets: ['ops', 'log'],
    });
  });

  test.each([
    ['orders', 'orders', true],
    ['orders', 'orders2', false],
    ['*', 'anything', true],
    ['a*b', 'ab', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
  ])('source %j fits %j: %j', (glob, source, expected) => {
    const all = parsePolicies(`routes: [{ source: '${glob}', policy: examples }]`, { file });
    expect(policyFor(all, { source, labels: {} }).name === 'examples').toBe(expected);
  });

  test.each([
    [
      'an unknown field with the nearest word',
      ops.replace('after: 90 s', 'aftr: 90 s'),
      'policies.yaml:9: policies.night.any.levels.1.aftr: there is no field `aftr`, did you mean `after`?',
    ],
    [
      'a length of time without a unit',
      ops.replace('90 s', '90'),
      'policies.yaml:9: policies.night.any.levels.1.after:',
    ],
    [
      'levels out of order',
      ops.replace('90 s', '0s'),
      'policies.yaml:9: policies.night.any.levels.1.after: a level comes later than the one before it',
    ],
    [
      'a target nobody named',
      ops.replace('[ops, log]', '[opps]'),
      'policies.yaml:9: policies.night.any.levels.1.targets.0: there is no target `opps`, did you mean `ops`?',
    ],
    [
      'a policy nobody wrote',
      ops.replace("'orders*', policy: night", "'orders*', policy: nigth"),
      'policies.yaml:11: routes.0.policy: there is no policy `nigth`, did you mean `night`?',
    ],
    [
      'an unknown channel',
      ops.replace('channel: hook', 'channel: hok'),
      'policies.yaml:3: targets.ops.channel: there is no channel `hok`, did you mean `hook`?',
    ],
    [
      'what the channel refuses',
      ops.replace('https://example.com/x', 'nonsense'),
      'policies.yaml:3: targets.ops.url: a URL begins with https://',
    ],
    [
      'a severity left out',
      ops.replace('any:', 'high:'),
      'policies.yaml:5: policies.night: severity `critical` has no levels',
    ],
    ['a key written twice', `targets: {}\ntargets: {}`, 'policies.yaml:2: `targets` is here twice: keep one of them'],
    ['YAML that does not parse', `targets: [`, 'policies.yaml:1: a ] is missing'],
    ['a list where a map belongs', `targets: []`, 'policies.yaml:1: targets: must be a map of fields, not a list'],
    [
      'a label that a record would drop, so that the route fits every source',
      'routes:\n  - labels: { __proto__: x }\n    policy: examples',
      'policies.yaml:2: routes.0.labels.__proto__: this name cannot be used here',
    ],
    [
      'a target that a record would drop',
      'targets:\n  __proto__: { channel: log }',
      'policies.yaml:2: targets.__proto__: this name cannot be used here',
    ],
    ['what is not text', `routes: [{ policy: 5 }]`, 'policies.yaml:1: routes.0.policy: must be text, not 5'],
  ])('names line and field of %s', (_, text, message) => {
    expect(() => parsePolicies(text, { file, channels })).toThrow(message);
  });

  test('an empty file changes nothing', () => {
    expect(parsePolicies('', { file, channels })).toEqual(defaultPolicies());
  });
});
