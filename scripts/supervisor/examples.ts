import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StartEnv } from '../env.ts';
import { childEnvironment } from './addresses.ts';
import { runOnce } from './run-once.ts';
import type { Say } from './supervisor.ts';

/** Loads the example feeds into a data folder that never had them; removed ones stay away. */
export async function loadExamplesOnce(env: StartEnv, say: Say): Promise<void> {
  const marker = join(env.ASSAY_DATA_DIR, 'examples-loaded');
  if (env.ASSAY_EXAMPLES === 'never' || existsSync(marker)) return;
  say('loading the example feeds in the background');
  try {
    await runOnce('cli/src/main.ts', ['examples', 'load'], { env: childEnvironment(env) });
    writeFileSync(marker, `${new Date().toISOString()}\n`);
    say('the example feeds are loaded');
  } catch (error) {
    say(`The example feeds could not be loaded; the next start tries again. ${String(error)}`);
  }
}
