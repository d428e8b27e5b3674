import { createRequire } from 'node:module';
import { z } from 'zod';

const written = z.object({ rowsWritten: z.number(), bytesWritten: z.number(), elapsed: z.number() });

/** What an INSERT wrote, as the engine counted it, materialized views included. */
export type Written = z.infer<typeof written>;

type InsertRaw = (connection: unknown, sql: string, data: Buffer, countLines: boolean) => Promise<unknown>;

const addon = z.object({
  InsertRawAsyncConnection: z.custom<InsertRaw>((value) => typeof value === 'function'),
});

const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
};

/**
 * Runs a complete INSERT and tells how many rows it wrote. The package's public functions run it as well but drop that
 * number, so this reaches one level under them, for this call only. The caller keeps the session open until it settles.
 */
export async function insertAndCount(connection: unknown, sql: string): Promise<Written> {
  return written.parse(await load().InsertRawAsyncConnection(connection, sql, NO_DATA, false));
}

const NO_DATA = Buffer.from('\n');

let loaded: z.infer<typeof addon> | undefined;

function load(): z.infer<typeof addon> {
  if (loaded !== undefined) return loaded;
  const platform = `${process.platform}-${process.arch}`;
  const name = PLATFORMS[platform];
  if (name === undefined)
    throw new Error(`The embedded engine does not run on ${platform}: use Linux or macOS, or a ClickHouse server.`);
  const fromHere = createRequire(import.meta.url);
  const fromChdb = createRequire(fromHere.resolve('chdb'));
  loaded = addon.parse(fromChdb(name));
  return loaded;
}
