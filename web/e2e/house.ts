import { readdirSync, truncateSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startHouse as start, type House as Whole } from '@assay/scripts/testing';
import { expect } from 'vitest';

/** A whole Assay of its own, and what the browser tests do to it. */
export interface House extends AsyncDisposable {
  readonly url: string;
  /** Sends a file, in the place of a load when one is named, and waits for its verdict. @returns the id of its load */
  ingest(source: string, file: { name: string; text: string; replaces?: string }): Promise<string>;
  /** Ends one of its processes, such as `worker`, by SIGKILL unless told otherwise, and waits until another has taken its place. */
  replace(name: string, signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Makes a source what a document in YAML says. */
  configure(source: string, yaml: string): Promise<void>;
  /** Stops everything, has the store lose the rows of a load, and starts again; the load is then found to be damaged. */
  lose(load_id: string): Promise<void>;
  /** Removes the bytes of a load from the inbox. */
  forget(load_id: string): Promise<void>;
  /** A field of every item of a list under `/api/v1`, such as the ids of loads, in the API's order. */
  ids(path: string, field: string): Promise<string[]>;
}

/** Starts a whole Assay on free ports and a folder of its own; both are gone when it is disposed of. */
export async function startHouse(): Promise<House> {
  let whole = await start();
  const { url } = whole;
  return {
    url,
    async forget(load_id) {
      const inbox = join(whole.settings.ASSAY_DATA_DIR, 'inbox');
      await Promise.all([load_id, `${load_id}.json`].map((name) => rm(join(inbox, name), { recursive: true })));
    },
    async lose(load_id) {
      const paths = await partsOf(whole, load_id);
      await whole.stop('SIGTERM');
      for (const path of paths) emptyData(path);
      whole = await start(whole.settings);
      const isFound = async () =>
        textAt(fieldAt(await jsonOf(`${url}/api/v1/loads/${load_id}`), 'load'), 'damage') !== '';
      await expect.poll(isFound, { timeout: 60_000 }).toBe(true);
    },
    async ingest(source, file) {
      const { name, replaces = '0' } = file;
      const path = `/api/v1/sources/${source}/files?file=${encodeURIComponent(name)}&replaces=${replaces}`;
      const answer = await fetch(url + path, { method: 'POST', body: new Blob([file.text]) });
      if (!answer.ok) throw new Error(await answer.text());
      const load_id = textAt(await answer.json(), 'load_id');
      await untilFinished(url, load_id);
      return load_id;
    },
    async replace(name, signal) {
      const before = whole.pidOf(name);
      if (before === undefined) throw new Error(`There is no ${name}.`);
      whole.kill(name, signal);
      await expect.poll(() => whole.pidOf(name), { timeout: 60_000 }).not.toBeOneOf([before, undefined]);
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
    [Symbol.asyncDispose]: () => whole[Symbol.asyncDispose](),
  };
}

/** Where the store keeps the rows of a load's source. */
async function partsOf(whole: Whole, load_id: string): Promise<string[]> {
  const source_id = textAt(fieldAt(await jsonOf(`${whole.url}/api/v1/loads/${load_id}`), 'load'), 'source_id');
  const query = `SELECT path FROM system.parts WHERE table = 'data_${source_id}' AND active FORMAT TSV`;
  const answer = await fetch(whole.engine_url, { method: 'POST', body: query });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.text()).split('\n').filter((path) => path !== '');
}

/** As a file system leaves it that never wrote the blocks of files it knew the names of. */
function emptyData(path: string): void {
  for (const name of readdirSync(path).filter((found) => found.endsWith('.bin'))) truncateSync(join(path, name));
}

async function jsonOf(address: string): Promise<unknown> {
  return (await fetch(address)).json();
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
