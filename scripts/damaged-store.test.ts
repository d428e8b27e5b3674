import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, dataTable, loadById, type Load, type Querier } from '@assay/clickhouse';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { knownFile, sendUntilAccepted } from './chaos/sender.ts';
import { ownSettings, startHouse, type House } from './testing/house.ts';

test(
  'rows that the store lost while Assay was stopped are found at the next start, and come back from the inbox',
  { timeout: 300_000 },
  async () => {
    const settings = await ownSettings();
    const file = { ...knownFile(1), source: 'store' };
    const first = await startHouse(settings);
    const load_id = await sendUntilAccepted(() => first.url, file);
    const paths = await withTables(first, async (db) => {
      const load = await settled(db, load_id, (found) => found.finished_at !== null);
      const { rows } = await db.statement(
        `SELECT path FROM system.parts WHERE table = '${dataTable(load.source_id)}' AND active`,
      );
      return rows.map(({ path }) => String(path));
    });
    await first.stop('SIGTERM');
    for (const path of paths) emptyData(path);

    const began = performance.now();
    await using house = await startHouse(settings);
    const took_ms = performance.now() - began;
    process.stdout.write(`a start with a damaged store took ${(took_ms / 1_000).toFixed(1)} s\n`);

    await withTables(house, async (db) => {
      const damaged = await settled(db, load_id, (load) => load.damage !== '');
      const rows = String(file.records - file.rejects);
      expect(damaged).toMatchObject({
        state: 'held',
        damage: `The store lost part of ${file.name}: ${rows} of ${rows} rows are missing. Load it again from the inbox, with \`assay loads reload ${load_id}\` or the button on its page.`,
      });
      await heard(house, load_id, { status: 'triggered', finding: damaged.damage });
      const answer = await fetch(`${house.url}/api/v1/loads/${load_id}/reload`, { method: 'POST' });
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(load_id)]);
      expect(await settled(db, load_id, (load) => load.damage === '')).toMatchObject({ state: 'loaded', rows });
      await heard(house, load_id, { status: 'resolved', reason: 'load_reloaded' });
      const { rows: stored } = await db.statement(`SELECT count() AS rows FROM ${dataTable(damaged.source_id)}`);
      expect(stored).toEqual([{ rows }]);
    });
  },
);

/** Waits until the one incident about a load that a program is told of is so. */
async function heard({ url }: House, load_id: string, wanted: Record<string, string>): Promise<void> {
  await vi.waitFor(async () => {
    const answer = await fetch(`${url}/api/v1/incidents?load_id=${load_id}&rule_id=*damage*`);
    const { items } = z.object({ items: z.array(z.unknown()) }).parse(await answer.json());
    expect(items).toMatchObject([wanted]);
  }, 20_000);
}

/** As a file system leaves it that never wrote the blocks of files it knew the names of. */
function emptyData(path: string): void {
  for (const name of readdirSync(path).filter((found) => found.endsWith('.bin'))) truncateSync(join(path, name));
}

async function withTables<T>(house: House, work: (db: Querier) => Promise<T>): Promise<T> {
  const connection = connect({ url: house.engine_url });
  try {
    return await work(connection.querier('default'));
  } finally {
    await connection.close();
  }
}

async function settled(db: Querier, load_id: string, isThere: (load: Load) => boolean): Promise<Load> {
  for (;;) {
    const load = await loadById(db, load_id);
    if (load !== undefined && isThere(load)) return load;
    await wait(100);
  }
}
