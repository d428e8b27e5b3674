import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Stop } from './stop.ts';
import { dataFolder, root } from './working-copy.ts';

/** What a running copy writes into its data folder for others to find it. */
const runFile = z.object({ url: z.url(), engine_url: z.url().optional() });

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the API is: ASSAY_URL, else the running copy of the data folder. Throws Stop when nothing runs. */
export function findApi(env: Environment): string {
  const named = env['ASSAY_URL'];
  if (named !== undefined && named !== '') {
    if (!URL.canParse(named) || !/^https?:$/.test(new URL(named).protocol)) {
      throw new Stop(`ASSAY_URL is "${named}", which is not an address such as http://127.0.0.1:4400.`);
    }
    return named.replace(/\/+$/, '');
  }
  const running = readRunFile(env);
  if (running === undefined) {
    throw new Stop(
      `Assay is not running (there is no ${join(dataFolder(env), 'run.json')}). Start it with \`npx -y pnpm@12 start\` in ${root}, or set ASSAY_URL to where it runs.`,
    );
  }
  return running.url.replace(/\/+$/, '');
}

/** Where ClickHouse is, for what is done without the API; undefined when neither the environment nor a running copy tells. */
export function findEngine(env: Environment): string | undefined {
  return env['CLICKHOUSE_URL'] ?? readRunFile(env)?.engine_url;
}

function readRunFile(env: Environment): z.infer<typeof runFile> | undefined {
  try {
    return runFile.parse(JSON.parse(readFileSync(join(dataFolder(env), 'run.json'), 'utf8')));
  } catch {
    return undefined;
  }
}
