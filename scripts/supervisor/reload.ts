import { watch } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Which processes run the code of a package; the engine keeps running, its data folder is slow to reopen. */
const users: Readonly<Record<string, readonly string[]>> = {
  rules: ['worker', 'api'],
  clickhouse: ['worker', 'api'],
  workflows: ['worker', 'api'],
  activities: ['worker'],
  api: ['api'],
};

/** An editor saves in several steps: what changes within this time is one change. */
const quiet_ms = 200;

/** Calls `restart` with the processes whose code changed. */
export function onCodeChange(restart: (names: ReadonlySet<string>) => void): Disposable {
  let pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watchers = Object.entries(users).map(([folder, names]) =>
    watch(join(root, folder, 'src'), { recursive: true }, (_, file) => {
      if (file === null || !/\.(ts|sql)$/.test(file) || file.endsWith('.test.ts')) return;
      for (const name of names) pending.add(name);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const changed = pending;
        pending = new Set();
        restart(changed);
      }, quiet_ms);
    }),
  );
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
