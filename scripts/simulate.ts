import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { findApi, loadSettings, notAnswering, Stop } from '@assay/cli';
import { z } from 'zod';
import { seeded } from './examples/random.ts';
import { help, readOptions, type Simulation } from './simulation/options.ts';
import { simulatedFile, simulatedSource } from './simulation/simulated-file.ts';

try {
  const options = readOptions(process.argv.slice(2));
  loadSettings();
  if (options === 'help') console.log(help);
  else await simulate(options, findApi(process.env));
} catch (stopped) {
  if (!(stopped instanceof Stop)) throw stopped;
  console.error(stopped.message);
  process.exitCode = stopped.exit_code;
}

async function simulate({ source, rate, rows, faults, ...rest }: Simulation, url: string): Promise<void> {
  const { count = Number.POSITIVE_INFINITY, seed = randomInt(2 ** 31) } = rest;
  const random = seeded(seed);
  const key = process.env['ASSAY_API_KEY'];
  const headers: Record<string, string> = key === undefined || key === '' ? {} : { authorization: `Bearer ${key}` };
  let described = false;
  console.log(`seed ${String(seed)}: ${String(rate)} files per second to ${url}, source ${source}`);

  for (let sent = 0; sent < count; sent++) {
    const due = performance.now() + 1_000 / rate;
    const file = simulatedFile(random, { rows, faulty: random.chance(faults), at: Date.now() });
    try {
      const at = `${url}/api/v1/sources/${encodeURIComponent(source)}`;
      if (!described) {
        const body = JSON.stringify({ yaml: simulatedSource(source), why: 'simulated' });
        await ask(`${at}/document`, {
          method: 'PUT',
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        });
        described = true;
      }
      await ask(`${at}/files?file=${encodeURIComponent(file.name)}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: file.text,
      });
      console.log(`${file.name}: ${file.fault ?? 'fine'}, accepted`);
    } catch (error) {
      console.error(`${file.name}: not accepted. ${whyNot(error, url)}`);
      process.exitCode = 3;
    }
    if (sent + 1 < count) await wait(Math.max(0, due - performance.now()));
  }
}

const refusal = z.object({ message: z.string() });

/** Throws with the sentence of the API when it refuses. */
async function ask(address: string, request: RequestInit): Promise<void> {
  const answer = await fetch(address, request);
  if (answer.ok) return;
  const told = refusal.safeParse(await answer.json().catch(() => undefined));
  throw new Error(told.success ? told.data.message : `The answer is HTTP ${String(answer.status)}.`);
}

/** What fetch throws says why only in its cause. */
function whyNot(error: unknown, url: string): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? notAnswering(url, error).message : error.message;
}
