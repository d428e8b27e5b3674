import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { seeded } from './examples/random.ts';
import { runningUrl } from './simulation/running-url.ts';
import { faultNames, simulatedFile, simulatedSource } from './simulation/simulated-file.ts';

const help = `scripts/simulate [options]

Makes files of device readings and sends them to a running Assay at a chosen rate. Some are faulty.

  --source NAME     the source to send to (simulated-readings)
  --rate N          files per second (0.5)
  --rows N          rows of a file (500)
  --faults SHARE    share of files with a fault (0.2): ${faultNames.join(', ')}
  --count N         stop after so many files; without it, until Ctrl-C
  --seed N          makes the same files again

Assay is found at ASSAY_URL, or by the running copy of the data folder; ASSAY_API_KEY is sent when set.`;

const flags = {
  source: { type: 'string', default: 'simulated-readings' },
  rate: { type: 'string', default: '0.5' },
  rows: { type: 'string', default: '500' },
  faults: { type: 'string', default: '0.2' },
  count: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const optionsOf = z.object({
  source: z.string().min(1),
  rate: z.coerce.number().positive().max(1_000),
  rows: z.coerce.number().int().min(1).max(1_000_000),
  faults: z.coerce.number().min(0).max(1),
  count: z.coerce.number().int().min(1).optional(),
  seed: z.coerce.number().int().optional(),
});
try {
  const { help: asked, ...values } = parseArgs({ options: flags }).values;
  const options = optionsOf.safeParse(values);
  if (asked) console.log(help);
  else if (options.success) await simulate(options.data);
  else refuse(options.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'));
} catch (error) {
  // What parseArgs throws names the option and what it takes.
  if (!(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
  refuse(error.message);
}

function refuse(sentence: string): void {
  console.error(`${sentence}\n(add --help for what there is)`);
  process.exitCode = 3;
}

async function simulate({ source, rate, rows, faults, ...rest }: z.infer<typeof optionsOf>): Promise<void> {
  const { count = Number.POSITIVE_INFINITY, seed = randomInt(2 ** 31) } = rest;
  const url = runningUrl();
  const random = seeded(seed);
  const key = process.env['ASSAY_API_KEY'];
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
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
    await wait(Math.max(0, due - performance.now()));
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
  return error.cause instanceof Error ? `${url} does not answer (${error.cause.message}).` : error.message;
}
