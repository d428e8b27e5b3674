import type { IngestResult, Receipt } from '@assay/api';
import { toStop, type Api } from '../api.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { applyConfig, readConfig } from './apply-config.ts';
import { awaitLoad } from './await-load.ts';
import { describeResult } from './describe-result.ts';
import { exitCodeOf, worstExitCode, type ExitCode } from './exit-code.ts';
import { inEventOrder } from './in-event-order.ts';
import { inputFiles, type InputFile } from './input-files.ts';
import { askKnown, type KnownOfLoad } from './known-of-load.ts';
import { mapInOrder } from './map-in-order.ts';
import { ProgressDisplay } from './progress.ts';
import { uploadFile } from './upload-file.ts';

export interface IngestOptions {
  readonly source?: string;
  readonly config?: string;
  readonly apply: boolean;
  readonly again: boolean;
  readonly backfill: boolean;
  readonly replaces?: string;
  readonly name?: string;
  readonly jobs: number;
  readonly json: boolean;
  readonly wait: boolean;
}

type Outcome =
  | {
      readonly kind: 'result';
      readonly receipt: Receipt;
      readonly result: IngestResult;
      readonly known: KnownOfLoad;
    }
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'failed'; readonly stop: Stop };

/** What a run came to. */
export interface IngestRun {
  readonly exit_code: ExitCode;
  /** Files that were not taken at all. */
  readonly untaken: number;
}

/** Sends files and tells what became of each, in the order they were given. */
export async function runIngest(session: Session, args: readonly string[], options: IngestOptions): Promise<IngestRun> {
  if (options.apply && options.config === undefined) {
    throw new Stop('--apply says to change the source to a document: add --config FILE, or leave --apply out.');
  }
  const config = options.config === undefined ? undefined : await readConfig(options.config);
  const source = options.source ?? config?.source ?? undefined;
  if (source === undefined)
    throw new Stop('Say which source the file is for: --source NAME, or a --config that names one.');
  const { files, untaken: unusable } = await inputFiles(args, {
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(config === undefined ? {} : { except: config.path }),
  }).catch((error: unknown) => {
    throw error instanceof Stop && args.length > 1 ? new Stop(`${error.message} Nothing was sent.`) : error;
  });
  if (options.replaces !== undefined && files.length > 1)
    throw new Stop('--replaces is for one file; there are several.');

  return session.withApi(async (api) => {
    if (config !== undefined) {
      const done = await applyConfig(api, config, { source, apply: options.apply });
      if (done !== 'equal' && !options.json)
        session.note(`source ${source} ${done === 'created' ? 'created' : 'changed'} from ${config.path}`);
    }
    const display = new ProgressDisplay(process.stderr, {
      total: files.length,
      reader: options.json ? 'program' : 'person',
    });
    // History is loaded one file after the other, so that each sees what came before it.
    const ordered = options.backfill ? await inEventOrder(api, files, source) : files;
    const jobs = options.backfill ? 1 : options.jobs;
    for (const { reason } of unusable) {
      session.note(files.length === 0 ? reason : `${reason} What else was named is sent.`);
    }
    const codes: ExitCode[] = unusable.map(() => 3);
    let untaken = unusable.length;
    for await (const outcome of mapInOrder(ordered, jobs, (file) =>
      ingestOne(api, file, {
        ...options,
        source,
        display,
        note: (line) => {
          session.note(line);
        },
      }),
    )) {
      display.clear();
      codes.push(report(session, outcome, options));
      if (outcome.kind === 'failed') untaken += 1;
    }
    return { exit_code: worstExitCode(codes), untaken };
  });
}

async function ingestOne(
  api: Api,
  file: InputFile,
  options: IngestOptions & { source: string; display: ProgressDisplay; note: Session['note'] },
): Promise<Outcome> {
  const { source, backfill, again, replaces, display } = options;
  const key = file.kind === 'file' ? file.path : '-';
  let bytes = 0;
  try {
    const sent = (more: number) => {
      bytes += more;
      display.update(key, {
        name: file.name,
        stage: 'sending',
        bytes,
        bytes_total: file.kind === 'file' ? file.bytes : undefined,
        records: '0',
        records_per_s: 0,
        eta_s: null,
      });
    };
    const sendAgain = (reason: string) => {
      bytes = 0;
      display.clear();
      options.note(reason);
    };
    const receipt = await uploadFile(api, { file, source, backfill, again, replaces }, { sent, again: sendAgain });
    if (!options.wait) return { kind: 'receipt', receipt };
    const result = await awaitLoad(api, receipt, (progress) => {
      display.update(key, progress);
    });
    const known = await askKnown(api, result, { for: options.json ? 'program' : 'person' });
    return { kind: 'result', receipt, result, known };
  } catch (error) {
    const stop = toStop(error, api.url);
    if (stop instanceof Stop) return { kind: 'failed', stop };
    throw stop;
  } finally {
    display.finish(key);
  }
}

function report(session: Session, outcome: Outcome, options: { json: boolean }): ExitCode {
  switch (outcome.kind) {
    case 'failed':
      session.note(outcome.stop.message);
      return 3;
    case 'receipt': {
      const { receipt } = outcome;
      session.print(
        options.json ? JSON.stringify(receipt) : `${receipt.state} ${receipt.file} (${receipt.source}): ${receipt.url}`,
      );
      return 0;
    }
    case 'result': {
      const { receipt, result, known } = outcome;
      const { duplicate } = receipt;
      session.print(
        options.json
          ? JSON.stringify({ ...result, file: receipt.file })
          : describeResult({ ...result, file: receipt.file }, { ...known, duplicate }),
      );
      return exitCodeOf(result, known);
    }
  }
}
