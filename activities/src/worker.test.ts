import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finalStates, loadById, newId, type Manifest } from '@assay/clickhouse';
import { expect, test } from 'vitest';
import { eventually, startTestStack, type TestStack } from './testing.ts';

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
    // Accepted by an API that dies before it starts the workflow.
    const before = await stack.accept({ source: 'left', name: 'a.jsonl', bytes: '{"a":1}\n' });
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

    const during = await stack.accept({ source: 'left', name: 'a.jsonl', bytes: '{"a":2}\n' });
    expect(await ended(stack, during)).toMatchObject({ state: 'loaded', verdict: 'pass' });
  },
);
