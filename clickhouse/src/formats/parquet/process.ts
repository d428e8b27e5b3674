import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { confine, spawnConfinable, type Confinement } from '../confined-process.ts';
import { parquetMessage, type ParquetMessage, type ParquetRequest } from './messages.ts';
import { crashRefusal } from './refusal.ts';
import type { ParquetLimits } from '../read-limits.ts';
import { RefusedFile } from '../refused-file.ts';

const program = fileURLToPath(new URL('./child.ts', import.meta.url));
const errorText_max = 2000;

/** The running child of one Parquet file, as seen from here. */
export class ParquetProcess {
  readonly #child: ChildProcess;
  readonly #limits: ParquetLimits;
  readonly #confinement: Confinement;
  readonly #messages: AsyncIterator<string>;
  readonly #ended: Promise<NodeJS.Signals | null>;
  #errors = '';
  #stalled = false;

  constructor(request: ParquetRequest, limits: ParquetLimits) {
    this.#limits = limits;
    this.#confinement = { growth_bytes: limits.address_space_bytes_max, cpu_seconds: limits.cpu_seconds_max };
    // None of the service's own variables: what opens untrusted files should know no secret.
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      TMPDIR: tmpdir(),
      TZ: 'UTC',
      NODE_NO_WARNINGS: '1',
    };
    const args = ['--max-old-space-size=256', program, JSON.stringify(request)];
    this.#child = spawnConfinable(process.execPath, args, {
      ...this.#confinement,
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env,
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (_, signal) => resolve(signal));
      this.#child.once('error', (error) => {
        this.#errors += error.message;
        resolve(null);
      });
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-errorText_max);
    });
    this.#child.stdin?.on('error', () => undefined);
    const told = this.#child.stdio[3];
    const lines = createInterface({ input: told instanceof Readable ? told : Readable.from([]) });
    this.#messages = lines[Symbol.asyncIterator]();
  }

  /** Waits until the process stands ready, confines it and lets it open the file. Throws when it could not start, which is no fault of any file. */
  async start(): Promise<void> {
    const first = await this.#next();
    if (first?.kind !== 'ready') {
      const why = this.#errors.trim() || 'no reason given';
      throw new Error(`The process that reads Parquet files could not start: ${why}`);
    }
    await confine(this.#child, this.#confinement);
    this.#child.stdin?.write('f');
  }

  /** The next thing it tells. Throws RefusedFile when it dies or stands still. */
  async message(): Promise<ParquetMessage> {
    const message = await this.#next();
    if (message !== undefined) return message;
    const signal = await this.#ended;
    throw this.#stalled ? stallRefusal(this.#limits) : crashRefusal(signal, this.#limits);
  }

  /** Lets it begin with the rows. */
  beginRows(): void {
    this.#child.stdin?.end('r');
  }

  /** Kills it for standing still. */
  killAsStalled(): void {
    this.#stalled = true;
    this.#child.kill('SIGKILL');
  }

  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    this.#child.stdin?.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined) {
      await once(this.#child, 'exit');
    }
    await this.#ended;
  }

  async #next(): Promise<ParquetMessage | undefined> {
    const next = await this.#messages.next();
    return next.done === true ? undefined : parquetMessage.parse(JSON.parse(next.value));
  }
}

function stallRefusal(limits: ParquetLimits): RefusedFile {
  return new RefusedFile(
    'limit',
    `Reading the Parquet file stood still for ${limits.stall_seconds_max} s, the limit stall_seconds_max of Parquet files: send it again, or in parts.`,
  );
}
