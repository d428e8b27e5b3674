import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Everything `pnpm start` starts, on ports and in a data folder of its own. */
export interface House extends AsyncDisposable {
  readonly url: string;
  /** Sends a file and waits for its verdict. @returns the id of its load */
  ingest(source: string, file: { name: string; text: string }): Promise<string>;
  /** Kills one of its processes, such as `worker`, and waits until another has taken its place. */
  replace(name: string): Promise<void>;
  /** Makes a source what a document in YAML says. */
  configure(source: string, yaml: string): Promise<void>;
  /** A field of every item of a list under `/api/v1`, such as the ids of loads, in the API's order. */
  ids(path: string, field: string): Promise<string[]>;
}

const entry = join(import.meta.dirname, '../../scripts/start.ts');
const portSettings = ['ASSAY_PORT', 'ASSAY_ENGINE_PORT', 'ASSAY_TEMPORAL_PORT', 'ASSAY_TEMPORAL_UI_PORT'] as const;

export async function startHouse(): Promise<House> {
  const data_dir = await mkdtemp(join(tmpdir(), 'assay-web-'));
  const ports = await Promise.all(portSettings.map(async (name) => [name, String(await freePort())] as const));
  const settings = { ...Object.fromEntries(ports), ASSAY_DATA_DIR: data_dir, ASSAY_EXAMPLES: 'never' };
  const { CLICKHOUSE_URL: _url, TEMPORAL_ADDRESS: _address, ...inherited } = process.env;
  const child = spawn(process.execPath, [entry], {
    env: { ...inherited, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const read = (data: Buffer) => {
      output += data.toString();
      if (output.includes('Assay is running.')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`Assay did not start:\n${output}`)));
  });
  const url = `http://127.0.0.1:${new Map(ports).get('ASSAY_PORT') ?? ''}`;

  return {
    url,
    async ingest(source, file) {
      const path = `/api/v1/sources/${source}/files?file=${encodeURIComponent(file.name)}`;
      const answer = await fetch(url + path, { method: 'POST', body: new Blob([file.text]) });
      if (!answer.ok) throw new Error(await answer.text());
      const load_id = textAt(await answer.json(), 'load_id');
      await untilFinished(url, load_id);
      return load_id;
    },
    async replace(name) {
      const before = await pidOf(data_dir, name);
      if (before === undefined) throw new Error(`There is no ${name}.`);
      process.kill(before, 'SIGKILL');
      await expect.poll(() => pidOf(data_dir, name), { timeout: 60_000 }).not.toBeOneOf([before, undefined]);
      const isReady = async () => (await fetch(`${url}/health/ready`)).status;
      await expect.poll(isReady, { timeout: 60_000 }).toBe(200);
    },
    async configure(source, yaml) {
      const answer = await fetch(`${url}/api/v1/sources/${source}/document`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ yaml }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async ids(path, field) {
      const answer = await fetch(`${url}/api/v1${path}`);
      if (!answer.ok) throw new Error(await answer.text());
      const items = fieldAt(await answer.json(), 'items');
      return Array.isArray(items) ? items.map((item) => textAt(item, field)) : [];
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

async function pidOf(data_dir: string, name: string): Promise<number | undefined> {
  const processes = fieldAt(JSON.parse(await readFile(join(data_dir, 'run.json'), 'utf8')), 'processes');
  const known: readonly unknown[] = Array.isArray(processes) ? processes : [];
  const found = known.find((process) => fieldAt(process, 'name') === name);
  const pid = found === undefined ? undefined : fieldAt(found, 'pid');
  return typeof pid === 'number' ? pid : undefined;
}

/** Waits on the event stream's word rather than on a clock: the load is asked about again when something happened. */
async function untilFinished(url: string, load_id: string): Promise<void> {
  const events = await fetch(`${url}/api/v1/events`, { signal: AbortSignal.timeout(60_000) });
  if (!events.body) throw new Error('The event stream has no body.');
  const isFinished = async () => {
    const answer = await fetch(`${url}/api/v1/loads/${load_id}`);
    return fieldAt(fieldAt(await answer.json(), 'load'), 'finished_at') !== null;
  };
  const chunks = events.body[Symbol.asyncIterator]();
  while (!(await isFinished())) await chunks.next();
  await chunks.return?.();
}

function fieldAt(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

function textAt(value: unknown, field: string): string {
  const text = fieldAt(value, field);
  if (typeof text !== 'string') throw new Error(`There is no ${field} in ${JSON.stringify(value)}.`);
  return text;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
