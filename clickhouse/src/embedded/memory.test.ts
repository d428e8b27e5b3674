import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logComment } from './cancel.ts';
import { openEngine } from './engine.ts';
import { engineEnv, engineOptions } from './env.ts';
import { watchMemory } from './memory.ts';

it('stops the largest statement when the process holds more than the engine may', async () => {
  const here = process.cwd();
  const folder = await mkdtemp(join(tmpdir(), 'assay-engine-'));
  const options = engineOptions(engineEnv.parse({ ASSAY_DATA_DIR: folder, ASSAY_ENGINE_SESSIONS: '3' }));
  const engine = await openEngine(options);
  const events: Record<string, unknown>[] = [];
  const watch = watchMemory(engine.canceller, 100_000_000, (event) => events.push(event));
  try {
    const settings = new Map([['log_comment', logComment('endless', undefined)]]);
    const endless = engine.pool.with('statement', new AbortController().signal, async (session) => {
      await session.prepare({ database: 'default', settings });
      return session.query('SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))');
    });
    const outcome = expect(endless).rejects.toMatchObject({ code: 394 });
    const held = Buffer.alloc(300_000_000, 1);
    await outcome;
    expect(held.length).toBe(300_000_000);
    expect(events[0]).toMatchObject({ event: 'memory_limit', stopped: 'endless', limit: 100_000_000 });
  } finally {
    watch.stop();
    await engine.close();
    process.chdir(here);
    await rm(folder, { recursive: true });
  }
});
