import { randomBytes, randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { commitOfLoad, connect, dataTable, loadById, resultsOfCheck, type Load, type Querier } from '@assay/clickhouse';
import { expect, test } from 'vitest';
import { outcomeOfFiles, outcomeOfIncidents } from './chaos/outcome.ts';
import { startReceiver, type Receiver } from './chaos/receiver.ts';
import { cleanSource, failingSources, knownFile, sendUntilAccepted, type KnownFile } from './chaos/sender.ts';
import { seeded } from './examples/random.ts';
import { ownSettings, startHouse, type House } from './testing/house.ts';

const kills = 30;
const senders = 3;
const processes = ['engine', 'worker', 'api', 'temporal'] as const;
const sources = [cleanSource, ...failingSources];

function documentOf(source: string): string {
  return `source: ${source}
key: [id]
columns:
  id: { type: Int64 }
  amount: { type: Int64 }
rules:
  - { id: amount-present, not_null: { column: amount }, severity: high }
  - { id: one-row, unique: { columns: [id] } }
`;
}

const secret = `whsec_${randomBytes(32).toString('base64')}`;

/** One notice per incident, to a receiver outside; nothing more is due while the test runs. */
function policies(url: string): string {
  return `
targets:
  outside: { channel: webhook, url: '${url}', secret_env: CHAOS_HOOK_SECRET, allow_private: true, allow_http: true }
policies:
  chaos:
    any:
      levels:
        - { after: 0s, targets: [outside] }
        - { after: 10d, targets: [outside] }
routes:
${sources.map((source) => `  - { source: ${source}, policy: chaos }`).join('\n')}
`;
}

/** Kept outside of the product: what was tried and what was acknowledged. */
interface Log {
  readonly attempted: KnownFile[];
  readonly acknowledged: { readonly file: KnownFile; readonly load_id: string }[];
}

test(
  'processes killed at 30 random moments lose nothing, double nothing, change no verdict and leave nobody untold',
  { timeout: 1_200_000 },
  async () => {
    const seed = Number(process.env['ASSAY_CHAOS_SEED'] ?? randomInt(2 ** 31));
    process.stdout.write(`chaos seed ${String(seed)}: repeat with ASSAY_CHAOS_SEED=${String(seed)}\n`);
    const log: Log = { attempted: [], acknowledged: [] };
    const disturbed = await outcomeOf(async (house) => {
      await disturb(house, seeded(seed), log);
      return log.acknowledged;
    });
    expect(new Set(disturbed.files.map(({ load }) => load.file))).toEqual(
      new Set(log.attempted.map((file) => file.name)),
    );

    const undisturbed = await outcomeOf(async (house) => {
      const acknowledged: Log['acknowledged'] = [];
      for (const { file } of log.acknowledged) {
        acknowledged.push({ file, load_id: await sendUntilAccepted(() => house.url, file) });
      }
      return acknowledged;
    });
    expect(disturbed).toEqual(undisturbed);
    const failing = failingOf(log.acknowledged);
    expect([failing.length > 0, undisturbed.notices.length]).toEqual([true, failing.length]);
  },
);

/** Sends files all the time while one process after the other is killed; ends when the last file was accepted. */
async function disturb(house: House, random: ReturnType<typeof seeded>, log: Log): Promise<void> {
  const stop = new AbortController();
  const sending = Array.from({ length: senders }, async (_, sender) => {
    for (let n = sender; !stop.signal.aborted; n += senders) {
      const file = knownFile(n);
      log.attempted.push(file);
      log.acknowledged.push({ file, load_id: await sendUntilAccepted(() => house.url, file) });
    }
  });
  for (let kill = 0; kill < kills; kill++) {
    await wait(random.between(200, 1_500));
    house.kill(random.pick(processes));
  }
  stop.abort();
  await Promise.all(sending);
}

/** What a house of its own makes of files: what it shows of each, which incidents it has, and what a receiver outside was told. */
async function outcomeOf(send: (house: House) => Promise<Log['acknowledged']>) {
  await using receiver = await startReceiver();
  const settings = await ownSettings();
  await writeFile(join(settings.ASSAY_DATA_DIR, 'policies.yaml'), policies(receiver.url));
  await using house = await startHouse({ ...settings, CHAOS_HOOK_SECRET: secret });
  for (const source of sources) await describeSource(house.url, source);
  const acknowledged = await send(house);

  const connection = connect({ url: house.engine_url });
  try {
    const db = connection.querier('default');
    for (const { file, load_id } of acknowledged) await expectSettled(db, file, load_id);
    const incidents = await everybodyTold(db, acknowledged);
    await expectNothingElse(db, acknowledged);
    await expectSwept(house.url, db, acknowledged);
    const files = await outcomeOfFiles(db, acknowledged);
    return { files, incidents, notices: noticesOf(receiver) };
  } finally {
    await connection.close();
  }
}

/** The sources that files failed for. */
function failingOf(acknowledged: Log['acknowledged']): string[] {
  return [...new Set(acknowledged.filter(({ file }) => file.failing).map(({ file }) => file.source))].sort();
}

/** Waits until the incident of every source that files failed for has heard of all of them, and every notice is delivered. */
async function everybodyTold(db: Querier, acknowledged: Log['acknowledged']) {
  const failing = failingOf(acknowledged);
  const failures = acknowledged.filter(({ file }) => file.failing).length;
  for (;;) {
    const found = await Promise.all(failing.map((source) => outcomeOfIncidents(db, source).catch(() => [])));
    const incidents = found.flat();
    const heard = incidents.reduce((sum, { occurrences }) => sum + Number(occurrences), 0);
    const isTold = incidents.every(
      ({ deliveries }) => deliveries.length > 0 && deliveries.every(({ state }) => state === 'delivered'),
    );
    if (incidents.length >= failing.length && heard >= failures && isTold) return incidents;
    await wait(200);
  }
}

/** Each notice arrived at least once, always under the same id, and no id stands for two. */
function noticesOf({ received }: Receiver): string[] {
  const ids = Map.groupBy(received, ({ about }) => about);
  for (const [about, notices] of ids) {
    expect(new Set(notices.map(({ webhook_id }) => webhook_id)).size, about).toBe(1);
  }
  expect(new Set(received.map(({ webhook_id }) => webhook_id)).size).toBe(ids.size);
  return [...ids.keys()].sort();
}

/** The file is loaded whole, once, with the verdict it has to have. */
async function expectSettled(db: Querier, file: KnownFile, load_id: string): Promise<void> {
  const load = await settled(db, load_id);
  const rows = file.records - file.rejects;
  expect(load, file.name).toMatchObject({
    state: 'loaded',
    verdict: file.failing ? 'fail' : file.rejects > 0 ? 'warn' : 'pass',
    records: String(file.records),
    rows: String(rows),
    rejects: String(file.rejects),
  });
  const results = await resultsOfCheck(db, load.load_id, load.check_id);
  expect(results.find((result) => result.rule_id === 'amount-present')).toMatchObject({
    verdict: file.failing ? 'fail' : 'pass',
    rows_failed: file.failing ? '1' : '0',
  });
  const commit = await commitOfLoad(db, load.source_id, load_id);
  expect(commit?.state, file.name).toBe('published');
}

async function settled(db: Querier, load_id: string): Promise<Load> {
  for (;;) {
    const load = await loadById(db, load_id).catch(() => undefined);
    if (load !== undefined && load.finished_at !== null) return load;
    await wait(100);
  }
}

/** Acknowledged is visible, nothing else is, and every id is there once. */
async function expectNothingElse(db: Querier, acknowledged: Log['acknowledged']): Promise<void> {
  const { rows: loads } = await db.statement(`SELECT count() AS loads, uniqExact(sha256) AS contents FROM loads FINAL`);
  expect(loads).toEqual([{ loads: String(acknowledged.length), contents: String(acknowledged.length) }]);
  const published = `_assay_chunk_id IN (SELECT arrayJoin(chunk_ids) FROM commits FINAL WHERE state = 'published')`;
  for (const { table, rows: expected } of await tablesOf(db, acknowledged)) {
    const { rows } = await db.statement(
      `SELECT count() AS rows, uniqExact(c_1) AS ids FROM ${table} WHERE ${published}`,
    );
    expect(rows).toEqual([{ rows: expected, ids: expected }]);
  }
}

/** The data table of every source that got files, and how many rows it must hold. */
async function tablesOf(db: Querier, acknowledged: Log['acknowledged']): Promise<{ table: string; rows: string }[]> {
  const groups = [...Map.groupBy(acknowledged, ({ file }) => file.source).values()];
  return Promise.all(
    groups.map(async (group) => {
      const load = await loadById(db, group[0]?.load_id ?? '0');
      if (load === undefined) throw new Error('what was acknowledged left no load');
      const rows = group.reduce((sum, { file }) => sum + file.records - file.rejects, 0);
      return { table: dataTable(load.source_id), rows: String(rows) };
    }),
  );
}

/** What dead attempts left behind goes with a sweep, and nothing else does. */
async function expectSwept(url: string, db: Querier, acknowledged: Log['acknowledged']): Promise<void> {
  const answer = await fetch(`${url}/api/v1/system/sweep`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const swept = await answer.text();
  expect([answer.status, swept]).toEqual([200, expect.any(String)]);
  process.stdout.write(`chaos: ${String(acknowledged.length)} files, swept: ${swept}\n`);
  for (const { table, rows: expected } of await tablesOf(db, acknowledged)) {
    const { rows } = await db.statement(`SELECT count() AS rows FROM ${table}`);
    expect(rows).toEqual([{ rows: expected }]);
  }
}

async function describeSource(url: string, source: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/sources/${source}/document`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ yaml: documentOf(source) }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}
