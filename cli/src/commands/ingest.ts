import { InvalidArgumentError, type Command } from 'commander';
import { examples } from '../example.ts';
import { exitCodesTold } from '../ingest/exit-code.ts';
import { runIngest } from '../ingest/run-ingest.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly source?: string;
  readonly config?: string;
  readonly apply?: true;
  readonly again?: true;
  readonly backfill?: true;
  readonly replaces?: string;
  readonly name?: string;
  readonly jobs: number;
  readonly json?: true;
  readonly wait: boolean;
}

/** Adds `assay ingest`. */
export function addIngest(program: Command, session: Session): void {
  program
    .command('ingest')
    .description(`Send files and print their verdicts. ${exitCodesTold}`)
    .argument('<file...>', 'files, folders, or - for stdin')
    .option('-s, --source <name>', 'the source the files are for; one that does not exist is created')
    .option('-c, --config <file>', 'the source document; for a stored source it must be equal')
    .option('--apply', 'change a stored source to what --config says')
    .option('--again', "check content that was sent before once more, with today's rules")
    .option('--backfill', 'history, in the order of its events: no notices, no incidents')
    .option('--replaces <load_id>', 'the load this file takes the place of')
    .option('--name <name>', 'what the file is called, for stdin')
    .option('-j, --jobs <n>', 'files under way at once; with --backfill one after the other', wholeNumber, 4)
    .option('--json', 'print one JSON object per file')
    .option('--no-wait', 'do not wait for the verdict')
    .addHelpText(
      'after',
      examples(
        'assay ingest orders.jsonl --source orders',
        'assay ingest orders/ --source orders --config orders.yaml --json',
        'zcat orders.csv.gz | assay ingest - --source orders --name orders.csv',
      ),
    )
    .action(async (files: string[], flags: Flags) => {
      const { apply, again, backfill, json, ...rest } = flags;
      const options = {
        ...rest,
        apply: apply ?? false,
        again: again ?? false,
        backfill: backfill ?? false,
        json: json ?? false,
      };
      const { exit_code } = await runIngest(session, files, options);
      session.exitWith(exit_code);
    });
}

/** Reads the value of an option. Throws InvalidArgumentError for anything but a whole number from 1 to 999999. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1 to 999999.');
  return Number(text);
}
