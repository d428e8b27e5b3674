import {
  receivedLoad,
  connect,
  newId,
  timestampOf,
  writeIncident,
  writeLoad,
  writeSourceVersion,
} from '@assay/clickhouse';
import { someIncident } from '@assay/clickhouse/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { appRouter } from './router.ts';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
const keys = { owner: '', stranger: '', viewer: '', editor: '' };
const theirs = {
  source: 'secret',
  source_id: newId(Date.now()),
  load_id: newId(Date.now()),
  incident_id: newId(Date.now()),
  key_id: '',
  rule_id: 'a-rule',
};

beforeAll(async () => {
  api = await startTestApi();
  keys.owner = await api.key('one', 'admin');
  keys.stranger = await api.key('two', 'admin');
  keys.viewer = await api.key('one', 'viewer');
  keys.editor = await api.key('one', 'editor');
  await plant();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** What a procedure can be asked about; a required field that is not named here fails the test below, so that a new one is thought of. */
const inputs: Readonly<Record<string, unknown>> = {
  get source() {
    return theirs.source;
  },
  get load_id() {
    return theirs.load_id;
  },
  get incident_id() {
    return theirs.incident_id;
  },
  get key_id() {
    return theirs.key_id;
  },
  rule_id: theirs.rule_id,
  rule: { row_count: {}, fail: { value: '< 1' } },
  columns: [{ name: 'a', type: 'String' }],
  version: 1,
  reason: 'fixed_pipeline',
  comment: 'c',
  yaml: 'owner: me',
  file: 'a.jsonl',
  content: '{}',
};

/** Procedures that speak of nothing in particular: a stranger gets an own, empty answer, or makes something of their own. */
const aboutNothing = new Set([
  'source.list',
  'source.labels',
  'source.plan',
  'source.putDocument',
  'rule.kinds',
  'rule.list',
  'load.list',
  'load.ingest',
  'anomaly.list',
  'incident.list',
  'event.stream',
  'key.list',
  'key.create',
  'system.info',
  'system.audit',
  'system.sweep',
  'system.retention',
]);

interface Procedure {
  readonly path: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly access: string;
  readonly required: readonly string[];
}

const definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  meta: z.object({ access: z.enum(['viewer', 'editor', 'admin']) }),
  inputs: z.array(z.custom<z.ZodType>()),
});

const procedures: Procedure[] = Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
  const { type, meta, inputs: schemas } = definition.parse(Reflect.get(procedure, '_def'));
  const [schema] = schemas;
  const described = schema === undefined ? {} : z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const { required } = z.object({ required: z.array(z.string()).default([]) }).parse(described);
  return { path, type, access: meta.access, required };
});

async function call(
  procedure: Procedure,
  key: string,
  extra: Record<string, unknown> = {},
): Promise<{ status: number; body: string }> {
  const wanted = procedure.path === 'load.ingestResult' ? { load_id: theirs.load_id } : {};
  const named = Object.fromEntries(procedure.required.map((name) => [name, inputs[name]]));
  const document =
    procedure.path === 'source.plan' || procedure.path === 'source.putDocument' ? { yaml: inputs['yaml'] } : {};
  const input = JSON.stringify({ ...named, ...wanted, ...document, ...extra });
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const answer =
    procedure.type === 'mutation'
      ? await api.fetch(`/trpc/${procedure.path}`, { method: 'POST', headers, body: input })
      : await api.fetch(`/trpc/${procedure.path}?input=${encodeURIComponent(input)}`, { headers });
  return { status: answer.status, body: await answer.text() };
}

const plain = procedures.filter((procedure) => procedure.type !== 'subscription');

test('every procedure has a least role, and every field that must be given is known here', () => {
  expect(procedures.length).toBeGreaterThan(35);
  for (const procedure of procedures)
    for (const name of procedure.required)
      if (!(name === 'name' || name === 'role')) expect(Object.keys(inputs)).toContain(name);
});

describe('a stranger finds nothing of another tenant', () => {
  test.each(
    plain.filter(({ path }) => !aboutNothing.has(path)).map((procedure) => [procedure.path, procedure] as const),
  )('%s is not found', async (_path, procedure) => {
    const { status, body } = await call(procedure, keys.stranger);
    expect([status, body]).toEqual([404, expect.stringContaining('not_found')]);
  });

  test.each(
    plain
      .filter(({ path, type }) => aboutNothing.has(path) && type === 'query')
      .map((procedure) => [procedure.path, procedure] as const),
  )('%s shows none of it', async (_path, procedure) => {
    const { status, body } = await call(procedure, keys.stranger);
    expect(status).toBe(200);
    for (const trace of [theirs.source_id, theirs.load_id, theirs.incident_id, '"secret"', 'of one'])
      expect(body).not.toContain(trace);
  });

  test('what a stranger filters by is not found either', async () => {
    const headers = { Authorization: `Bearer ${keys.stranger}` };
    expect((await api.fetch(`/api/v1/anomalies?load_id=${theirs.load_id}`, { headers })).status).toBe(404);
    expect((await api.fetch('/api/v1/rules?source=secret', { headers })).status).toBe(404);
    expect((await api.fetch('/api/v1/loads?source=secret', { headers })).status).toBe(404);
    expect((await api.fetch('/api/v1/incidents?source=secret', { headers })).status).toBe(404);
    expect((await api.fetch('/api/v1/incidents?rule_id=a-rule', { headers })).status).toBe(404);
  });

  test('the owner does find it', async () => {
    const headers = { Authorization: `Bearer ${keys.owner}` };
    expect(await api.json('/api/v1/sources/secret', { headers })).toMatchObject({ source_id: theirs.source_id });
    expect(await api.json(`/api/v1/loads/${theirs.load_id}`, { headers })).toMatchObject({
      load: { load_id: theirs.load_id },
    });
    expect(await api.json(`/api/v1/incidents/${theirs.incident_id}`, { headers })).toMatchObject({
      incident: { status: 'triggered' },
    });
  });
});

describe('a role does what it may and no more', () => {
  const rank = { viewer: 1, editor: 2, admin: 3 };
  test.each(plain.map((procedure) => [procedure.path, procedure] as const))('%s', async (_path, procedure) => {
    for (const role of ['viewer', 'editor'] as const) {
      const { status } = await call(procedure, keys[role]);
      if (rank[role] < rank[definition.shape.meta.shape.access.parse(procedure.access)]) expect(status).toBe(403);
      else expect(status).not.toBe(403);
    }
  });
});

test('a tenant or a role in the input is refused, not ignored', async () => {
  for (const procedure of plain) {
    const { status } = await call(procedure, keys.owner, { tenant: 'two' });
    expect([procedure.path, status]).toEqual([procedure.path, 400]);
  }
});

async function plant(): Promise<void> {
  const connection = connect({ url: api.engine.url, database: api.engine.database });
  const db = connection.querier('one');
  const at = timestampOf(Date.now());
  const { source, source_id, load_id, incident_id } = theirs;
  await writeSourceVersion(db, {
    source: {
      source_id,
      version: '1',
      name: source,
      document: '{}',
      columns: '[]',
      deleted: false,
      changed_at: at,
      changed_by: 'test',
      why: '',
    },
    rules: [],
  });
  const about = {
    tenant: 'one',
    load_id,
    source_id,
    source,
    file: 'f',
    sha256: 'a'.repeat(64),
    bytes: '1',
    received_at: at,
    actor: 'test',
    backfill: false,
    replaces: '0',
  };
  await writeLoad(db, receivedLoad(about, { workflow_id: 'file:one:secret:a', run_id: 'r' }));
  await writeIncident(
    db,
    someIncident({ incident_id, source_id, source, rule_id: 'a-rule', first_load_id: load_id, last_load_id: load_id }),
  );
  const list = z.object({ items: z.array(z.object({ key_id: z.string() })) });
  const [key] = list.parse(
    await api.json('/api/v1/keys', { headers: { Authorization: `Bearer ${keys.owner}` } }),
  ).items;
  theirs.key_id = key?.key_id ?? '';
  await connection.close();
}
