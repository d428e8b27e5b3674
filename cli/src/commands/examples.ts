import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { everySource } from '../every-source.ts';
import { examples as shown } from '../example.ts';
import { readConfig } from '../ingest/apply-config.ts';
import { runIngest } from '../ingest/run-ingest.ts';
import { counted } from '../plural.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { table } from '../table.ts';
import { root } from '../working-copy.ts';

interface Feed {
  readonly folder: string;
  readonly config: string;
  readonly source: string;
}

/** Adds `assay examples`: the feeds that come with Assay. */
export function addExamples(program: Command, session: Session): void {
  const examples = program.command('examples').description('The example feeds');

  examples
    .command('load')
    .description('Send every example feed, one file after the other')
    .addHelpText('after', shown('assay examples load'))
    .action(async () => {
      for (const { folder, config, source } of await feeds()) {
        const rest = { apply: true, again: false, backfill: false, json: false, wait: true, jobs: 1 };
        // That files of an example get a bad verdict is what it is for.
        const { untaken } = await runIngest(session, [folder], { source, config, ...rest });
        if (untaken > 0)
          throw new Stop(`Of ${folder} ${counted(untaken, 'file')} ${untaken === 1 ? 'was' : 'were'} not taken.`);
      }
    });

  examples
    .command('remove')
    .description('Delete every trace of the example feeds')
    .addHelpText('after', shown('assay examples remove'))
    .action(async () => {
      const known = await feeds();
      await session.withApi(async ({ client }) => {
        const stored = new Set((await everySource(client)).map((item) => item.source));
        const present = known.filter(({ source }) => stored.has(source));
        for (const { source } of present) {
          const { loads, incidents } = await client.source.delete.mutate({ source });
          session.print(`${source}: ${counted(loads, 'load')} and ${counted(incidents, 'incident')} are gone`);
        }
        if (present.length === 0) session.print('There is no example feed to remove.');
      });
    });

  examples
    .command('status')
    .description('Which example feeds are loaded')
    .option('--json', 'print JSON')
    .addHelpText('after', shown('assay examples status'))
    .action(async (flags: { json?: true }) => {
      const known = await feeds();
      await session.withApi(async ({ client }) => {
        const stored = new Map((await everySource(client)).map((item) => [item.source, item]));
        const items = known.map(({ source }) => {
          const found = stored.get(source);
          return {
            source,
            loaded: found !== undefined,
            loads: found?.recent.length ?? 0,
            incidents_open: found?.incidents_open ?? 0,
          };
        });
        const rows = items.map(({ source, loaded, loads, incidents_open }) => [
          source,
          loaded ? 'loaded' : 'not loaded',
          String(loads),
          String(incidents_open),
        ]);
        session.answer(flags, items, table(['SOURCE', 'STATE', 'LOADS', 'INCIDENTS'], rows));
      });
    });
}

/** Every folder of `examples/` that has a source document. */
async function feeds(): Promise<Feed[]> {
  const parent = join(root, 'examples');
  const entries = await readdir(parent, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
  const found: Feed[] = [];
  for (const folder of folders.sort()) {
    const config = join(folder, 'source.yaml');
    if (!existsSync(config)) continue;
    const { source } = await readConfig(config);
    if (source === null) throw new Stop(`${config} names no source.`);
    found.push({ folder, config, source });
  }
  return found;
}
