import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inspectCsv } from './csv/inspect.ts';
import { defaultReadLimits } from './define.ts';
import { planFor, readAll } from './testing/read-all.ts';

function corpus(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'testing/corpora', name), 'utf8'));
}

const base64 = z.string().transform((text) => Buffer.from(text, 'base64'));
const named = z.array(z.tuple([z.string(), base64]));
const json = z.object({ accepted: named, refused: named }).parse(corpus('json-test-suite.json'));
const spectrum = z
  .object({ cases: z.array(z.tuple([z.string(), base64, z.array(z.record(z.string(), z.string()))])) })
  .parse(corpus('csv-spectrum.json'));
const naughty = z
  .object({ strings: z.array(base64.transform((bytes) => bytes.toString())) })
  .parse(corpus('naughty-strings.json'));

describe('JSONTestSuite, as values of a record', () => {
  const plan = planFor({ a: { kind: 'json' } });
  const record = (bytes: Buffer) => Buffer.concat([Buffer.from('{"a":'), bytes, Buffer.from('}\n')]);

  test('what must be accepted is kept as written', async () => {
    expect(json.accepted.length).toBeGreaterThan(80);
    const { rows, rejects } = await readAll(Buffer.concat(json.accepted.map(([, bytes]) => record(bytes))), plan);
    expect(rejects).toEqual([]);
    const kept = rows.map((row) => row.values[0] ?? 'null');
    expect(kept).toEqual(json.accepted.map(([, bytes]) => bytes.toString().replace(/^[ \t\r]+|[ \t\r]+$/g, '')));
  });

  test('what must be refused is a reject, each on its own line', async () => {
    expect(json.refused.length).toBeGreaterThan(150);
    const { rows, rejects } = await readAll(Buffer.concat(json.refused.map(([, bytes]) => record(bytes))), plan);
    expect(rows).toEqual([]);
    expect(rejects.map((reject) => reject.line)).toEqual(json.refused.map((_, place) => place + 1));
  });
});

test.each(spectrum.cases)('csv-spectrum: %s', async (_name, bytes, expected) => {
  const { layout } = inspectCsv({ head: bytes, whole: true, limits: defaultReadLimits }, { delimiter: ',' });
  const columns = layout.fields.map((name, place) => ({ name, number: place + 1, type: { kind: 'string' } as const }));
  const { rows, rejects } = await readAll(bytes, planFor({}, { layout, columns }));
  expect(rejects).toEqual([]);
  // An empty field is null here and an empty text there.
  const read = rows.map((row) => Object.fromEntries(layout.fields.map((name, at) => [name, row.values[at] ?? ''])));
  expect(read).toEqual(expected);
});

describe('the big list of naughty strings', () => {
  const { strings } = naughty;
  const columns = [{ name: 'v', number: 1, type: { kind: 'string' } as const }];

  test('survives as values of JSONL and of CSV', async () => {
    expect(strings.length).toBeGreaterThan(500);
    const jsonl = strings.map((text) => `${JSON.stringify({ v: text })}\n`).join('');
    const fromJsonl = await readAll(jsonl, planFor({}, { columns }));
    expect(fromJsonl.rows.map((row) => row.values[0])).toEqual(strings);

    const csv = Buffer.from(`v,n\n${strings.map((text) => `"${text.replaceAll('"', '""')}",1\n`).join('')}`);
    const { layout } = inspectCsv({ head: csv, whole: true, limits: defaultReadLimits }, { delimiter: ',' });
    const fromCsv = await readAll(csv, planFor({}, { layout, columns }));
    expect(fromCsv.rows.map((row) => row.values[0])).toEqual(strings);
  });

  test('survives as names', async () => {
    const names = [...new Set(strings)];
    const { rows } = await readAll(`{${names.map((name) => `${JSON.stringify(name)}:1`).join(',')}}`, planFor({}));
    expect([...(rows[0]?.extra.keys() ?? [])]).toEqual(names);
  });
});
