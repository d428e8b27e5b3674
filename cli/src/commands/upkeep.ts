import type { Command } from 'commander';
import { examples } from '../example.ts';
import { counted } from '../plural.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

interface Flags {
  readonly dryRun?: true;
  readonly json?: true;
}

/** Adds `assay sweep` and `assay retention`. */
export function addUpkeep(program: Command, session: Session): void {
  program
    .command('sweep')
    .description('Delete stored rows that no load counts, left behind by attempts that died')
    .option('--dry-run', 'say what would be deleted, and delete nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay sweep --dry-run', 'assay sweep'))
    .action((flags: Flags) =>
      session.withApi(async ({ client }) => {
        const report = await client.system.sweep.mutate({ dry_run: flags.dryRun === true });
        session.answer(flags, report, describeSweep(report));
      }),
    );

  program
    .command('retention')
    .description('Give up what sources keep no longer, now instead of within the hour')
    .option('--dry-run', 'say what would expire, and touch nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay retention --dry-run', 'assay retention'))
    .action((flags: Flags) =>
      session.withApi(async ({ client }) => {
        const report = await client.system.retention.mutate({ dry_run: flags.dryRun === true });
        session.answer(flags, report, describeRetention(report));
      }),
    );
}

interface SweepReport {
  readonly dry_run: boolean;
  readonly loads: readonly {
    readonly source: string;
    readonly load_id: string;
    readonly rows: string;
    readonly rejects: string;
    readonly left: string;
    readonly file: string;
  }[];
  readonly more: number;
  readonly rows: string;
  readonly rejects: string;
}

function describeSweep({ dry_run, loads, more, rows, rejects }: SweepReport): string {
  if (loads.length === 0) return 'Nothing to sweep: every stored row belongs to a load that counts.';
  const headings = ['LOAD', 'SOURCE', 'ROWS', 'REJECTS', 'FILE', ''];
  const lines = loads.map((load) => [load.load_id, load.source, load.rows, load.rejects, load.file, load.left]);
  const what = `${counted(rows, 'row')} and ${counted(rejects, 'reject')} that no load counts`;
  return [
    table(headings, lines),
    ...(more === 0 ? [] : [`and ${counted(more, 'more load')}`]),
    dry_run ? `${what} would be deleted; \`assay sweep\` does it.` : `${what} were deleted.`,
  ].join('\n');
}

interface RetentionReport {
  readonly dry_run: boolean;
  readonly sources: readonly {
    readonly source: string;
    readonly expires: Readonly<Record<'inbox' | 'rows' | 'evidence' | 'metrics', number>>;
    readonly rows: string;
    readonly bytes: string;
    readonly loads_deleted: number;
    readonly partitions_dropped: readonly string[];
  }[];
}

function describeRetention({ dry_run, sources }: RetentionReport): string {
  if (sources.length === 0) return 'Nothing expires: every source keeps all that it has.';
  const headings = ['SOURCE', 'INBOX', 'BYTES', 'ROWS OF', 'ROWS', 'EVIDENCE', 'METRICS', 'DELETED', 'MONTHS DROPPED'];
  const lines = sources.map(({ source, expires, rows, bytes, loads_deleted, partitions_dropped }) => [
    source,
    counted(expires.inbox, 'load'),
    bytes,
    counted(expires.rows, 'load'),
    rows,
    counted(expires.evidence, 'load'),
    counted(expires.metrics, 'load'),
    counted(loads_deleted, 'load'),
    partitions_dropped.join(' '),
  ]);
  const note = dry_run
    ? 'This would expire now; `assay retention` does it, and so does the worker within the hour.'
    : 'This expired. Rows are deleted four hours after they expired, when nothing can be reading them any more.';
  return [table(headings, lines), note].join('\n');
}
