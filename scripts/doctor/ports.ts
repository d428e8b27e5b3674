import { isPortFree } from '@assay/temporal';
import type { StartEnv } from '../env.ts';
import { portOwner } from '../supervisor/port-owner.ts';
import type { RunFile } from '../supervisor/run-file.ts';
import type { Finding } from './finding.ts';

/** Whether each port that will be listened on is free, or whose it is. */
export async function examinePorts(env: StartEnv, running: RunFile | undefined): Promise<Finding[]> {
  const wanted = [
    ['ASSAY_PORT', env.ASSAY_PORT],
    ...(env.CLICKHOUSE_URL === undefined ? ([['ASSAY_ENGINE_PORT', env.ASSAY_ENGINE_PORT]] as const) : []),
    ...(env.TEMPORAL_ADDRESS === undefined
      ? ([
          ['ASSAY_TEMPORAL_PORT', env.ASSAY_TEMPORAL_PORT],
          ['ASSAY_TEMPORAL_UI_PORT', env.ASSAY_TEMPORAL_UI_PORT],
        ] as const)
      : []),
  ] as const;
  return Promise.all(wanted.map(async ([setting, port]) => examinePort(setting, port, running)));
}

async function examinePort(setting: string, port: number, running: RunFile | undefined): Promise<Finding> {
  const name = `port ${port}`;
  if (await isPortFree(port)) return { name, verdict: 'ok', says: 'free' };
  const owner = portOwner(port);
  const ours = running?.processes.find(({ pid }) => pid === owner?.pid);
  if (ours) return { name, verdict: 'ok', says: `used by ${ours.name} of the running copy (process ${ours.pid})` };
  const who = owner ? `${owner.program} (process ${owner.pid})` : 'another program';
  return { name, verdict: 'wrong', says: `taken by ${who}. Stop that, or set ${setting} to a free port.` };
}
