import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeedFile } from './examples/feed.ts';
import { ordersFeed } from './examples/orders.ts';
import { pipelineRunsFeed } from './examples/pipeline-runs.ts';
import { sensorReadingsFeed } from './examples/sensor-readings.ts';

/** Every example feed by its folder under `examples/`. */
export const feeds: Readonly<Record<string, () => FeedFile[]>> = {
  orders: ordersFeed,
  'sensor-readings': sensorReadingsFeed,
  'pipeline-runs': pipelineRunsFeed,
};

const root = join(import.meta.dirname, '..', 'examples');

/** The files that are not what the generators make; empty when everything is checked in as made. */
export async function staleFiles(): Promise<string[]> {
  const stale: string[] = [];
  for (const [folder, feed] of Object.entries(feeds)) {
    for (const file of feed()) {
      const path = join(root, folder, file.name);
      const stored = await readFile(path).catch(() => undefined);
      if (stored?.equals(file.bytes) !== true) stale.push(join(folder, file.name));
    }
  }
  return stale;
}

if (import.meta.main) {
  for (const [folder, feed] of Object.entries(feeds)) {
    await mkdir(join(root, folder), { recursive: true });
    for (const file of feed()) await writeFile(join(root, folder, file.name), file.bytes);
  }
}
