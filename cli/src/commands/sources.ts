import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

export function addSources(program: Command, session: Session): void {
  const sources = program.command('sources').description('Look at sources');

  sources
    .command('list')
    .description('Every source with its latest load')
    .option('--json', 'print JSON')
    .action((flags: { json?: true }) =>
      session.withApi(async ({ client }) => {
        const { items } = await client.source.list.query({});
        if (flags.json) session.print(JSON.stringify(items));
        else {
          const rows = items.map(({ source, columns, rules, latest_load, incidents_open }) => [
            source,
            String(columns),
            String(rules),
            latest_load?.verdict ?? '',
            latest_load?.state ?? '',
            latest_load?.received_at ?? '',
            String(incidents_open),
          ]);
          session.print(table(['SOURCE', 'COLUMNS', 'RULES', 'VERDICT', 'STATE', 'LATEST LOAD', 'INCIDENTS'], rows));
        }
      }),
    );

  sources
    .command('delete')
    .description('Delete a source with every trace of it: files, rows, rules, incidents')
    .argument('<source>')
    .requiredOption('--yes', 'it cannot be undone; say so')
    .action((source: string) =>
      session.withApi(async ({ client }) => {
        const { loads, incidents } = await client.source.delete.mutate({ source });
        session.print(`source ${source} is deleted, with ${loads} loads and ${incidents} incidents`);
      }),
    );
}
