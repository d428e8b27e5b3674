import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finalStates, loadById, newId, timestampOf, type Manifest } from '@assay/clickhouse';
import { expect, test } from 'vitest';
import { eventually, startTestStack, type TestStack } from './testing.ts';

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Accepts a file and dies before anybody starts its workflow. */
async function accept(stack: TestStack, source: string, text: string): Promise<Manifest> {
  const source_id = await stack.sourceId(source);
  const load_id = newId(Date.now());
  const received = await stack.inbox.receive(load_id, bytes(text), 1_000);
  const about: Manifest = {
    tenant: 'default',
    load_id,
    source_id,
    source,
    file: 'a.jsonl',
    sha256: received.sha256,
    bytes: received.bytes,
    received_at: timestampOf(Date.now()),
    actor: 'test',
    backfill: false,
    replaces: '0',
  };
  return stack.inbox.accept(received, about);
}

function ended(stack: TestStack, { load_id }: Manifest) {
  return eventually(
    () => loadById(stack.db, load_id),
    (load) => load !== undefined && finalStates.includes(load.state),
  );
}

test(
  'a worker takes up accepted files that nobody started, at its start and while it runs, and clears what dead uploads left',
  { timeout: 150_000 },
  async () => {
    await using stack = await startTestStack({ worker: false });
    const first = await stack.startWorker();
    const before = await accept(stack, 'left', '{"a":1}\n');
    await first.kill('SIGKILL');
    const inbox = join(stack.data_dir, 'inbox');
    const [dead, fresh] = [`${newId(Date.now())}.part`, `${newId(Date.now())}.part`];
    await writeFile(join(inbox, dead), 'half a fi');
    await writeFile(join(inbox, fresh), 'still com');
    const longAgo = new Date(Date.now() - 48 * 3_600_000);
    await utimes(join(inbox, dead), longAgo, longAgo);

    await stack.startWorker();
    expect(await ended(stack, before)).toMatchObject({ state: 'loaded', verdict: 'pass' });
    const names = await eventually(
      () => readdir(inbox),
      (found) => !found.includes(dead),
    );
    expect(names).toContain(fresh);

    const during = await accept(stack, 'left', '{"a":2}\n');
    expect(await ended(stack, during)).toMatchObject({ state: 'loaded', verdict: 'pass' });
  },
);
