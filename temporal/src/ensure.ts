import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildTemporal } from './build.ts';
import { downloadTemporal } from './download.ts';
import { locateTemporal, temporalCachePath } from './locate.ts';
import { waitForLock } from './wait-for-lock.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Takes one line of progress for a person. */
export type Report = (line: string) => void;

/**
 * The path of a Temporal binary: on PATH, in the cache, downloaded, or built with Go, in this order. Two processes that
 * both need to fetch it wait for each other.
 * @throws a sentence with the three ways to get one when none of these works
 */
export async function ensureTemporal(env: Environment, report: Report): Promise<string> {
  const there = await binaryIn(env);
  if (there) return there;
  const destination = temporalCachePath(env);
  await mkdir(dirname(destination), { recursive: true });
  using _lock = await waitForLock(`${destination}.lock`, () =>
    report('Another copy of Assay is getting the Temporal server; waiting for it.'),
  );
  const meanwhile = await binaryIn(env);
  if (meanwhile) return meanwhile;
  await removeUnfinished(dirname(destination));
  const refusals: string[] = [];
  for (const get of [downloadTemporal, buildTemporal]) {
    const refusal = await get({ destination, env, report });
    if (refusal === undefined) return destination;
    report(refusal);
    refusals.push(refusal);
  }
  throw new Error(
    `No Temporal server was found, and none could be fetched. ${refusals.join(' ')} Do one of these: ` +
      '(1) set TEMPORAL_ADDRESS to the host:port of a Temporal service; ' +
      '(2) put the `temporal` command on PATH, see docs.temporal.io/cli; ' +
      '(3) install Go 1.25 or newer, and it will be built here.',
  );
}

/** A fetch that was killed leaves its folder behind; under the lock nobody else's can be there. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (/^(build|download)-/.test(name)) await rm(join(folder, name), { recursive: true, force: true });
}

async function binaryIn(env: Environment): Promise<string | undefined> {
  const route = await locateTemporal({ ...env, TEMPORAL_ADDRESS: undefined });
  return route?.kind === 'binary' ? route.path : undefined;
}
