import { parseArgs } from 'node:util';
import { Stop } from '@assay/cli';
import { z } from 'zod';
import { faultNames } from './simulated-file.ts';

export const help = `scripts/simulate [options]

Makes files of device readings and sends them to a running Assay at a chosen rate. Some are faulty.

  --source NAME     the source to send to (simulated-readings)
  --rate N          files per second (0.5)
  --rows N          rows of a file (500)
  --faults SHARE    share of files with a fault (0.2): ${faultNames.join(', ')}
  --count N         stop after so many files; without it, until Ctrl-C
  --seed N          makes the same files again

Assay is found at ASSAY_URL, or by the running copy of the data folder; ASSAY_API_KEY is sent when set.
Exit code: 0 every file was accepted, 3 one was not, nothing runs, or an option is wrong.`;

const flags = {
  source: { type: 'string', default: 'simulated-readings' },
  rate: { type: 'string', default: '0.5' },
  rows: { type: 'string', default: '500' },
  faults: { type: 'string', default: '0.2' },
  count: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const rates = 'write files per second, a number above 0, at most 1000';
const rowCounts = 'write a whole number from 1 to 1000000';
const shares = 'write a share from 0 to 1';
const counts = 'write a whole number from 1';
const seeds = 'write a whole number';

/** An empty text is no number, though JavaScript reads it as 0. */
const number = (says: string) => z.string().regex(/\S/, says).pipe(z.coerce.number(says));

const simulation = z.object({
  source: z.string().min(1, 'write the name of a source'),
  rate: number(rates).pipe(z.number().positive(rates).max(1_000, rates)),
  rows: number(rowCounts).pipe(z.int(rowCounts).min(1, rowCounts).max(1_000_000, rowCounts)),
  faults: number(shares).pipe(z.number().min(0, shares).max(1, shares)),
  count: number(counts).pipe(z.int(counts).min(1, counts)).optional(),
  seed: number(seeds).pipe(z.int(seeds)).optional(),
});
export type Simulation = z.infer<typeof simulation>;

/** What the command line asks for. Throws Stop with a sentence per option that cannot be followed. */
export function readOptions(args: readonly string[]): Simulation | 'help' {
  const { help: asked, ...written } = parsed(args);
  if (asked) return 'help';
  const read = simulation.safeParse(written);
  if (read.success) return read.data;
  const given: Readonly<Record<string, string | undefined>> = written;
  throw wrong(
    read.error.issues.map(({ path, message }) => {
      const name = path.join('.');
      return `--${name} is "${given[name] ?? ''}": ${message}.`;
    }),
  );
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values;
  } catch (error) {
    // What parseArgs throws names the option and what it takes.
    throw wrong([error instanceof Error ? error.message : String(error)]);
  }
}

function wrong(sentences: readonly string[]): Stop {
  return new Stop([...sentences, '(add --help for what there is)'].join('\n'));
}
