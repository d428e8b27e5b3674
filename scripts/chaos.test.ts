import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { commitOfLoad, connect, dataTable, loadById, resultsOfCheck, type Load, type Querier } from '@assay/clickhouse';
import { expect, test } from 'vitest';
import { startHouse } from './chaos/running-house.ts';
import { knownFile, sendUntilAccepted, type KnownFile } from './chaos/sender.ts';
import { seeded } from './examples/random.ts';

const kills = 30;
const senders = 3;
const processes = ['engine', 'worker', 'api', 'temporal'] as const;
const source = `source: chaos
key: [id]
columns:
  id: { type: Int64 }
  amount: { type: Int64 }
rules:
  - { id: amount-present, not_null: { column: amount } }
  - { id: one-row, unique: { columns: [id] } }
`;

/** Kept outside of the product: what was tried and what was acknowledged. */
interface Log {
  readonly attempted: KnownFile[];
  readonly acknowledged: { readonly file: KnownFile; readonly load_id: string }[];
}

test(
  'processes killed at 30 random moments lose nothing, double nothing and change no verdict',
  { timeout: 900_000 },
  async () => {
    const seed = Number(process.env['ASSAY_CHAOS_SEED'] ?? randomInt(2 ** 31));
    process.stdout.write(`chaos seed ${String(seed)}: repeat with ASSAY_CHAOS_SEED=${String(seed)}\n`);
    const random = seeded(seed);
    await using house = await startHouse();
    await describeSource(house.url);

    const log: Log = { attempted: [], acknowledged: [] };
    const stop = new AbortController();
    const sending = Array.from({ length: senders }, async (_, sender) => {
      for (let n = sender; !stop.signal.aborted; n += senders) {
        const file = knownFile('chaos', n);
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

    const connection = connect({ url: house.engine_url });
    const db = connection.querier('default');
    for (const { file, load_id } of log.acknowledged) await expectSettled(db, file, load_id);
    await expectNothingElse(db, log);
    await connection.close();
  },
);

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

/** Acknowledged is visible, visible is attempted, and every id is there once. */
async function expectNothingElse(db: Querier, log: Log): Promise<void> {
  const { rows: loads } = await db.statement(`SELECT count() AS loads, uniqExact(sha256) AS contents FROM loads FINAL`);
  expect(loads).toEqual([{ loads: String(log.acknowledged.length), contents: String(log.acknowledged.length) }]);
  const [first] = log.acknowledged;
  const load = first === undefined ? undefined : await loadById(db, first.load_id);
  if (load === undefined) throw new Error('nothing was acknowledged');
  const published = `_assay_chunk_id IN (SELECT arrayJoin(chunk_ids) FROM commits FINAL WHERE state = 'published')`;
  const { rows } = await db.statement(
    `SELECT count() AS rows, uniqExact(c_1) AS ids FROM ${dataTable(load.source_id)} WHERE ${published}`,
  );
  const expected = String(log.acknowledged.reduce((sum, { file }) => sum + file.records - file.rejects, 0));
  expect(rows).toEqual([{ rows: expected, ids: expected }]);
  const { rows: orphans } = await db.statement(
    `SELECT count() AS rows FROM ${dataTable(load.source_id)} WHERE NOT (${published})`,
  );
  process.stdout.write(
    `chaos: ${String(log.acknowledged.length)} files, rows of dead attempts left behind: ${JSON.stringify(orphans)}\n`,
  );
}

async function describeSource(url: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/sources/chaos/document`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ yaml: source }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}
