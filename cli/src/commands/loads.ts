import type { Command } from 'commander';
import { describeResult } from '../ingest/describe-result.ts';
import { wholeNumber } from './ingest.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

export function addLoads(program: Command, session: Session): void {
  const loads = program.command('loads').description('Look at loads and decide about them');

  loads
    .command('list')
    .description('The newest loads')
    .option('-s, --source <name>')
    .option('-n, --limit <n>', 'how many', wholeNumber, 20)
    .option('--json', 'print JSON')
    .action((flags: { source?: string; limit: number; json?: true }) =>
      session.withApi(async ({ client }) => {
        const { source, limit } = flags;
        const { items } = await client.load.list.query({ limit, ...(source === undefined ? {} : { source }) });
        if (flags.json) session.print(JSON.stringify(items));
        else
          session.print(
            table(
              headings,
              items.map((load) => [
                load.load_id,
                load.source,
                load.state,
                load.verdict,
                load.rows,
                load.rejects,
                load.received_at,
                load.file,
              ]),
            ),
          );
      }),
    );

  loads
    .command('show')
    .description('A load with its verdict')
    .argument('<load_id>')
    .option('--json', 'print JSON, as ingest does')
    .action((load_id: string, flags: { json?: true }) =>
      session.withApi(async ({ client }) => {
        const result = await client.load.ingestResult.query({ load_id });
        session.print(flags.json ? JSON.stringify(result) : describeResult(result, { duplicate: false }));
      }),
    );

  loads
    .command('withdraw')
    .description('Take a load out of every view; nothing is deleted')
    .argument('<load_id>')
    .requiredOption('-r, --reason <text>', 'why')
    .action((load_id: string, { reason }: { reason: string }) =>
      session.withApi(async ({ client }) => {
        await client.load.withdraw.mutate({ load_id, reason });
        session.print(`load ${load_id} is withdrawn; \`assay loads restore ${load_id}\` brings it back`);
      }),
    );

  loads
    .command('restore')
    .description('Bring a withdrawn load back')
    .argument('<load_id>')
    .option('-r, --reason <text>', 'why', '')
    .action((load_id: string, { reason }: { reason: string }) =>
      session.withApi(async ({ client }) => {
        await client.load.restore.mutate({ load_id, reason });
        session.print(`load ${load_id} is published again`);
      }),
    );

  loads
    .command('release')
    .description('Publish a load that is held')
    .argument('<load_id>')
    .option('-r, --reason <text>', 'why', '')
    .action((load_id: string, { reason }: { reason: string }) =>
      session.withApi(async ({ client }) => {
        await client.load.release.mutate({ load_id, reason });
        session.print(`load ${load_id} is published`);
      }),
    );

  loads
    .command('recheck')
    .description("Check the stored rows once more, with today's rules")
    .argument('<load_id>')
    .action((load_id: string) =>
      session.withApi(async ({ client }) => {
        const { workflow_id } = await client.load.recheck.mutate({ load_id });
        const result = await client.load.ingestResult.query({ load_id, workflow_id, wait_s: 60 });
        session.print(describeResult(result, { duplicate: false }));
      }),
    );
}

const headings = ['LOAD', 'SOURCE', 'STATE', 'VERDICT', 'ROWS', 'REJECTS', 'RECEIVED', 'FILE'];
