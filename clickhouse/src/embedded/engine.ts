import { mkdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Canceller } from './cancel.ts';
import { baseSettings, DATABASE, writeEngineConfig } from './engine-config.ts';
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
  // In the library these make a path a pattern, and a pattern without matches an empty file.
  if (/[*?{}]/.test(folder))
    throw new Error(`the data folder ${options.data_dir} has one of * ? { } in its path: use another.`);
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
  const control = await openFirst(sessionOptions('pipe-control'), data);
  await control.query(`CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Atomic`);
  const spool = new Spool('spool', options.spool_floor_bytes);
  await spool.empty();
  await proveSpool(control, folder);
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

/** Rows must never vanish for want of a file, so one is sent the way of all others before anybody relies on it. */
async function proveSpool(control: EngineSession, folder: string): Promise<void> {
  await writeFile('spool/probe', '1\n');
  const { rowsWritten } = await control.insert(
    `INSERT INTO FUNCTION null('n UInt8') FROM INFILE 'spool/probe' FORMAT TSV`,
  );
  await rm('spool/probe');
  if (rowsWritten !== 1) throw new Error(`the engine cannot read the files it keeps under ${folder}.`);
}

async function openFirst(options: SessionOptions, data: string): Promise<EngineSession> {
  try {
    return await EngineSession.open(options);
  } catch (cause) {
    // The library says why on stderr only; its status file names the process that holds the folder.
    const holder = Number(/^PID: (\d+)/m.exec(await readFile(join(data, 'status'), 'utf8').catch(() => ''))?.[1]);
    if (holder > 0 && holder !== process.pid && isAlive(holder)) {
      throw new Error(`process ${holder} has ${data} open. Stop it, or set ASSAY_DATA_DIR to another folder.`, {
        cause,
      });
    }
    throw cause;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
