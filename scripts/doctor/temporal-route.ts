import { spawnSync } from 'node:child_process';
import { locateTemporal } from '@assay/temporal';
import type { Finding } from './finding.ts';

/** Where the Temporal server will come from. */
export async function examineTemporalRoute(): Promise<Finding> {
  const name = 'Temporal';
  const route = await locateTemporal(process.env);
  if (route?.kind === 'service') return { name, verdict: 'ok', says: `the service at ${route.address}` };
  if (route)
    return {
      name,
      verdict: 'ok',
      says: `${route.path} (${route.found === 'path' ? 'on PATH' : 'built or downloaded before'})`,
    };
  const go = spawnSync('go', ['version'], { stdio: 'pipe' });
  if (go.status === 0)
    return { name, verdict: 'ok', says: `will be downloaded, or built once with ${go.stdout.toString().trim()}` };
  return {
    name,
    verdict: 'warning',
    says: 'will be downloaded. Where that is not possible: install Go, put `temporal` on PATH, or set TEMPORAL_ADDRESS.',
  };
}
