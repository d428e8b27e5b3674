import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workflowBundle } from '../workflow-bundle.ts';
import { historiesFolder } from './testing/record-history.ts';

let folder: string;
let bundle: { codePath: string };
const names = (await readdir(historiesFolder)).filter((name) => name.endsWith('.json'));

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  });
  folder = await mkdtemp(join(tmpdir(), 'assay-inc-replay-'));
  bundle = await workflowBundle(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function replay(text: string): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: bundle }, JSON.parse(text), 'replayed');
}

describe('workflow code of today replays what it did before', () => {
  test('there are histories to replay', () => {
    expect(names.length).toBeGreaterThanOrEqual(4);
  });

  test.each(names)('%s', async (name) => {
    await replay(await readFile(join(historiesFolder, name), 'utf8'));
  });

  test('a history that the code would not have made is noticed', async () => {
    const text = await readFile(join(historiesFolder, 'incident-escalated.json'), 'utf8');
    const changed = text.replaceAll('"projectIncident"', '"paintIncident"');
    expect(changed).not.toBe(text);
    await expect(replay(changed)).rejects.toThrow(/[Nn]ondeterminism|TMPRL1100|Activity/);
  });
});
