import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTemporal, freePort, startDevServer } from '@assay/temporal';
import { searchAttributeNames } from './search-attributes.ts';

export type TestTemporal = AsyncDisposable & {
  /** `host:port` of the gRPC service; the namespace is `default`. */
  address: string;
  /** Of the server as it runs now. */
  readonly pid: number;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** Starts again on the same port with what was stored, after `kill` or from a running state. */
  restart(): Promise<void>;
  /** Ends the server and deletes its files. */
  stop(): Promise<void>;
};

/** A Temporal server of its own for a test, with Assay's search attributes, on a free port and in a temporary file. */
export async function startTestTemporal(): Promise<TestTemporal> {
  const binary = await ensureTemporal(process.env, () => {});
  const folder = await mkdtemp(join(tmpdir(), 'assay-temporal-'));
  const port = await freePort();
  const start = () =>
    startDevServer({
      binary,
      port,
      ui_port: undefined,
      file: join(folder, 'temporal.db'),
      searchAttributes: searchAttributeNames,
      retention_days: 30,
    });
  let server = await start();
  const stop = async () => {
    // Nobody needs what it would write at its end.
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    address: `127.0.0.1:${port}`,
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    restart: async () => {
      await server.stop();
      server = await start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
