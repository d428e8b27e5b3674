import { describe, expect, test } from 'vitest';
import { readConditions, troublesOf } from './troubles.ts';

const good = { name: 'clickhouse', ok: true, says: '' };
const temporal = { name: 'temporal', ok: false, says: 'Temporal does not answer.' };
const worker = { name: 'worker', ok: false, says: 'No worker serves the queue load.' };

test('only the answer of /health/ready is read as one', () => {
  expect(readConditions({ status: 'ok', conditions: [good] })).toEqual([good]);
  expect(() => readConditions('<html>')).toThrow(TypeError);
  expect(() => readConditions({ conditions: [{ name: 1 }] })).toThrow(TypeError);
});

describe('the status bar', () => {
  test('is silent while everything answers', () => {
    expect(troublesOf({ conditions: [good], stream: 'live' })).toEqual([]);
  });

  test('names what is down and what waits because of it', () => {
    const [trouble] = troublesOf({ conditions: [good, worker], stream: 'live' });
    expect(trouble).toMatch(/^No worker serves the queue load\. Files wait/);
  });

  test('does not blame the worker when Temporal is away', () => {
    expect(troublesOf({ conditions: [temporal, worker], stream: 'polling' })).toHaveLength(1);
  });

  test('tells of tables that are behind, unless the engine itself is away', () => {
    const migrations = { name: 'migrations', ok: false, says: 'Not applied yet: 0002_x.sql.' };
    expect(troublesOf({ conditions: [good, migrations], stream: 'live' })[0]).toMatch(
      /^Not applied yet: 0002_x\.sql\./,
    );
    expect(troublesOf({ conditions: [{ ...good, ok: false }, migrations], stream: 'live' })).toHaveLength(1);
  });

  test('tells of an interrupted stream only when nothing worse is wrong', () => {
    expect(troublesOf({ conditions: [good], stream: 'polling' })[0]).toMatch(/^The live stream/);
    expect(troublesOf({ conditions: undefined, stream: 'polling' })[0]).toMatch(/^The Assay API does not answer/);
  });
});
