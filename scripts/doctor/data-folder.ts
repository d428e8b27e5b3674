import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockHolder } from '@assay/temporal';
import type { Finding } from './finding.ts';

/** Whether the data folder can be used, and who uses it already. */
export function examineDataFolder(dataDir: string): Finding {
  const name = 'data folder';
  const holder = lockHolder(join(dataDir, 'lock'));
  if (holder !== undefined && holder !== process.pid)
    return { name, verdict: 'ok', says: `${dataDir}, used by the copy that runs (process ${holder})` };
  const refusal = whyNotWritable(dataDir);
  if (refusal !== undefined)
    return { name, verdict: 'wrong', says: `${refusal} Set ASSAY_DATA_DIR to a folder of your own.` };
  return { name, verdict: 'ok', says: existsSync(dataDir) ? dataDir : `${dataDir}, will be made` };
}

/** Judges the folder, or the nearest one above it, in which it would be made. */
function whyNotWritable(path: string): string | undefined {
  if (!existsSync(path)) return whyNotWritable(dirname(path));
  if (!statSync(path).isDirectory()) return `${path} is not a folder.`;
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch {
    return `${path} cannot be written.`;
  }
}
