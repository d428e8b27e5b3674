import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Canceller } from './cancel.ts';
import { baseSettings, writeEngineConfig } from './engine-config.ts';
import type { EngineOptions } from './env.ts';
import { makePipes } from './result-pipe.ts';
import { EngineSession, type SessionOptions } from './session.ts';
import { SessionPool } from './sessions.ts';
import { Spool } from './spool.ts';

/** The library with all that is around it, opened on one data folder. */
export interface Engine {
  readonly pool: SessionPool;
  readonly canceller: Canceller;
  readonly spool: Spool;
  /** Closes the sessions; the caller has waited for every statement. */
  close(): Promise<void>;
}

/**
 * Opens the data folder. Throws EngineError 76 when another process has it open.
 * The process must have been started with enough threads (`threadsNeeded`), and it moves into the data folder, so that
 * no sign of its path means anything to the engine.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const folder = join(options.data_dir, 'engine');
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const connectionArgs = writeEngineConfig(folder, options);
  const sessionOptions = (pipe: string): SessionOptions => ({
    folder: data,
    pipe,
    connection_args: connectionArgs,
    base_settings: baseSettings(options),
  });
  process.chdir(folder);
  // The first session takes the lock of the folder: only then is anything in it ours to change.
  const control = await EngineSession.open(sessionOptions('pipe-control'));
  const spool = new Spool('spool', options.spool_floor_bytes);
  await spool.empty();
  const pipes = Array.from({ length: options.sessions }, (_, slot) => `pipe-${slot}`);
  makePipes(pipes);
  const pool = await SessionPool.open(options, (slot) => EngineSession.open(sessionOptions(`pipe-${slot}`)));
  const canceller = new Canceller(control);
  return {
    pool,
    canceller,
    spool,
    close: async () => {
      await canceller.close();
      pool.close();
    },
  };
}
