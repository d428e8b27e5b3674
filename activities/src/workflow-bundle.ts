import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

const require = createRequire(import.meta.url);

/**
 * The code of all workflows as one file, made anew only when a source of it changed.
 * @param folder where bundles are kept between starts
 */
export async function workflowBundle(folder: string): Promise<{ codePath: string }> {
  const workflowsPath = require.resolve('@assay/workflows/bundle');
  const codePath = join(folder, `workflows-${await digest(dirname(workflowsPath))}.js`);
  if (existsSync(codePath)) return { codePath };

  const { code } = await bundleWorkflowCode({ workflowsPath, logger: silent });
  await mkdir(folder, { recursive: true });
  const temporary = `${codePath}.${String(process.pid)}`;
  await writeFile(temporary, code);
  await rename(temporary, codePath);
  return { codePath };
}

/** Changes with any source file of the workflows, the rules they may use, and the SDK. */
async function digest(folder: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(require.resolve('@temporalio/worker/package.json')));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).sort();
  for (const name of names) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

const nothing = () => undefined;
const silent = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
