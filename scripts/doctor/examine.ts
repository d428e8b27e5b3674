import type { StartEnv } from '../env.ts';
import { runningCopy } from '../supervisor/running-copy.ts';
import { examineBrowser } from './browser.ts';
import { examineDataFolder } from './data-folder.ts';
import type { Finding } from './finding.ts';
import { examinePlatform, thisPlatform } from './platform.ts';
import { examinePorts } from './ports.ts';
import { examineResources } from './resources.ts';
import { examineTemporalRoute } from './temporal-route.ts';

/** Everything about this machine that decides whether Assay can start on it. */
export async function examine(env: StartEnv): Promise<Finding[]> {
  const running = runningCopy(env.ASSAY_DATA_DIR);
  return [
    ...examinePlatform(thisPlatform()),
    ...(await examineResources(env.ASSAY_DATA_DIR)),
    examineDataFolder(env.ASSAY_DATA_DIR),
    ...(await examinePorts(env, running)),
    await examineTemporalRoute(),
    examineBrowser(),
  ];
}

/** What keeps Assay from starting. */
export function failures(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ verdict }) => verdict === 'wrong');
}
