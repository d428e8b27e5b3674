import { join } from 'node:path';
import { lockHolder } from '@assay/temporal';
import { readRunFile, type RunFile } from './run-file.ts';

/** The copy that runs with a data folder; undefined also when one was killed and left its run file behind. */
export function runningCopy(dataDir: string): RunFile | undefined {
  return lockHolder(join(dataDir, 'lock')) === undefined ? undefined : readRunFile(dataDir);
}
