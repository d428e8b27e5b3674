import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultPolicies, parsePolicies, PolicyFileError, type Policies } from '@assay/rules';
import type { Logger } from 'pino';
import { channels } from '../channels/registry.ts';

/** The escalation policies in force. */
export interface PolicyStore {
  current(): Promise<Policies>;
}

/**
 * Follows a policy file: an edit holds from the next notice on. An edit that cannot be followed is logged, and what held before goes on.
 * @param file ASSAY_POLICY_FILE, which must be there; without it `policies.yaml` in the data folder, which need not
 * @throws PolicyFileError when the file cannot be followed at the start
 */
export async function openPolicyStore(settings: {
  file: string | undefined;
  data_dir: string;
  log: Logger;
}): Promise<PolicyStore> {
  const file = settings.file ?? join(settings.data_dir, 'policies.yaml');
  const isRequired = settings.file !== undefined;
  let edition = await editionOf(file, isRequired);
  let policies = await read(file, edition);
  let complaint = '';
  return {
    async current() {
      try {
        const newest = await editionOf(file, isRequired);
        if (newest !== edition) policies = await read(file, newest);
        edition = newest;
        complaint = '';
      } catch (error) {
        if (!(error instanceof PolicyFileError)) throw error;
        if (error.message !== complaint)
          settings.log.error({ file }, `The policies stay as they were: ${error.message}`);
        complaint = error.message;
      }
      return policies;
    },
  };
}

/** Changes with every edit; empty when there is no file. */
async function editionOf(file: string, isRequired: boolean): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${String(mtimeMs)}-${String(size)}-${String(ino)}`;
  } catch (error) {
    if (!isRequired && error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new PolicyFileError(`${file}: the policy file cannot be read`, { cause: error });
  }
}

async function read(file: string, edition: string): Promise<Policies> {
  if (edition === '') return defaultPolicies();
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PolicyFileError(`${file}: the policy file cannot be read`, { cause: error });
  });
  const configs = Object.fromEntries(Object.entries(channels).map(([kind, { config }]) => [kind, config]));
  return parsePolicies(text, { file, channels: configs });
}
