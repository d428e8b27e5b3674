import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FetchBinary } from './fetch-binary.ts';
import { spawnTied } from './spawn-tied.ts';
import { temporalVersion } from './version.ts';

const module = `github.com/temporalio/cli/cmd/temporal@${temporalVersion}`;

/** Builds the server with Go, about three minutes on two cores; answers why not, or undefined when it stands in place. */
export async function buildTemporal({ destination, env, report }: FetchBinary): Promise<string | undefined> {
  const folder = await mkdtemp(join(dirname(destination), 'build-'));
  try {
    const refusal = await goInstall(folder, env, report);
    if (refusal !== undefined) return refusal;
    await rename(join(folder, 'temporal'), destination);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function goInstall(
  folder: string,
  env: FetchBinary['env'],
  report: FetchBinary['report'],
): Promise<string | undefined> {
  const started = Date.now();
  report(`Building the Temporal server ${temporalVersion} with Go, once for this user: about three minutes.`);
  const { shell } = spawnTied('go', ['install', '-v', '-ldflags=-s -w', module], {
    env: { ...env, GOBIN: folder, GOFLAGS: '-mod=mod' },
  });
  shell.stdout?.resume();
  let packages = 0;
  let last: string[] = [];
  if (shell.stderr)
    createInterface({ input: shell.stderr }).on('line', (line) => {
      if (line.startsWith('go: downloading')) return;
      if (!/\s/.test(line)) packages += 1;
      last = [...last, line].slice(-5);
    });
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    report(
      packages === 0
        ? `… downloading sources, ${seconds} s`
        : `… ${packages} of about 1,290 packages compiled, ${seconds} s`,
    );
  }, 5_000);
  try {
    await once(shell, 'close');
    if (shell.exitCode === 127) return 'Go is not installed.';
    return shell.exitCode === 0 ? undefined : `Go could not build the Temporal server: ${last.join(' ')}`;
  } finally {
    clearInterval(progress);
  }
}
