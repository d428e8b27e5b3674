import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { join } from 'node:path';
import { spawnTied } from '@assay/temporal';

const root = join(import.meta.dirname, '../..');

/**
 * Runs one of our programs to its end.
 * @throws with its last lines when it fails
 */
export async function runOnce(
  main: string,
  args: readonly string[],
  { env, onLine = () => {} }: { env: Readonly<Record<string, string>>; onLine?: (line: string) => void },
): Promise<void> {
  const { shell } = spawnTied(process.execPath, [main, ...args], { env: { ...process.env, ...env }, cwd: root });
  let last: string[] = [];
  for (const stream of [shell.stdout, shell.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      last = [...last.slice(-9), line];
      onLine(line);
    });
  }
  await once(shell, 'close');
  if (shell.exitCode !== 0) throw new Error(`${main} ended with code ${shell.exitCode ?? 'none'}.\n${last.join('\n')}`);
}
