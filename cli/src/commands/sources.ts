import type { Command } from 'commander';
import { everySource } from '../every-source.ts';
import { examples } from '../example.ts';
import { counted } from '../plural.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

/** Adds `assay sources`. */
export function addSources(program: Command, session: Session): void {
  const sources = program.command('sources').description('Look at sources, and delete them');

  sources
    .command('list')
    .description('Every source with its latest load')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay sources list'))
    .action((flags: { json?: true }) =>
      session.withApi(async ({ client }) => {
        const items = await everySource(client);
        const rows = items.map(({ source, columns, rules, latest_load, incidents_open }) => [
          source,
          String(columns),
          String(rules),
          latest_load?.verdict ?? '',
          latest_load?.state ?? '',
          latest_load?.received_at ?? '',
          String(incidents_open),
        ]);
        const headings = ['SOURCE', 'COLUMNS', 'RULES', 'VERDICT', 'STATE', 'LATEST LOAD', 'INCIDENTS'];
        session.answer(flags, items, table(headings, rows));
      }),
    );

  sources
    .command('delete')
    .description('Delete a source with every trace of it: files, rows, rules, incidents')
    .argument('<source>')
    .requiredOption('--yes', 'it cannot be undone; say so')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay sources delete orders --yes'))
    .action((source: string, flags: { json?: true }) =>
      session.withApi(async ({ client }) => {
        const deleted = await client.source.delete.mutate({ source });
        const lost = `${counted(deleted.loads, 'load')} and ${counted(deleted.incidents, 'incident')}`;
        session.answer(flags, deleted, `source ${source} is deleted, with ${lost}`);
      }),
    );
}
