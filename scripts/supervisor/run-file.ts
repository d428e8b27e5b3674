import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What other programs of this machine need to find a running copy: `<data folder>/run.json`. */
export const runFile = z.object({
  pid: z.number(),
  started_at: z.iso.datetime(),
  url: z.url(),
  engine_url: z.url(),
  temporal_address: z.string(),
  temporal_ui_url: z.string(),
  processes: z.array(z.object({ name: z.string(), pid: z.number() })),
});
export type RunFile = z.infer<typeof runFile>;

/** The file of a copy that runs or was killed; undefined when the last one stopped in good order. */
export function readRunFile(dataDir: string): RunFile | undefined {
  try {
    return runFile.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Written beside and renamed: a reader sees the old one or the new one. */
export function writeRunFile(dataDir: string, run: RunFile): void {
  const path = pathIn(dataDir);
  writeFileSync(`${path}.new`, `${JSON.stringify(run, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/** Says that no copy runs on a data folder any more. */
export function removeRunFile(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'run.json');
}
