import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { readConfig } from '../ingest/apply-config.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { table } from '../table.ts';

export function addRules(program: Command, session: Session): void {
  const rules = program.command('rules').description('Keep rules in files and files in rules');

  rules
    .command('list')
    .description('Rules with their newest verdicts')
    .option('-s, --source <name>')
    .option('--json', 'print JSON')
    .action((flags: { source?: string; json?: true }) =>
      session.withApi(async ({ client }) => {
        const { items } = await client.rule.list.query(flags.source === undefined ? {} : { source: flags.source });
        if (flags.json) session.print(JSON.stringify(items));
        else {
          const rows = items.map(({ source, rule_id, kind, severity, mode, version, latest }) => [
            source,
            rule_id,
            kind,
            severity,
            mode,
            version,
            latest[0]?.verdict ?? '',
          ]);
          session.print(table(['SOURCE', 'RULE', 'KIND', 'SEVERITY', 'MODE', 'VERSION', 'VERDICT'], rows));
        }
      }),
    );

  rules
    .command('export')
    .description('The source document with its rules, as YAML')
    .argument('<source>')
    .option('-o, --output <file>', 'where to write it; stdout when left out')
    .action((source: string, flags: { output?: string }) =>
      session.withApi(async ({ client }) => {
        const { yaml } = await client.source.document.query({ source });
        if (flags.output === undefined) session.print(yaml.trimEnd());
        else await writeFile(flags.output, yaml);
      }),
    );

  rules
    .command('plan')
    .description('What a document would change. Exit code 0 nothing, 2 something, 3 not valid.')
    .argument('<file>')
    .option('-s, --source <name>', 'the source, when the document names none')
    .action(async (file: string, flags: { source?: string }) => {
      const { yaml, source } = await readNamed(file, flags.source);
      await session.withApi(async ({ client }) => {
        const plan = await client.source.plan.mutate({ source, yaml });
        if (plan.equal) {
          session.print(`source ${source} is what ${file} says`);
          return;
        }
        session.print(plan.exists ? plan.changes.join('\n') : `+ source ${source} comes into being`);
        session.exitWith(2);
      });
    });

  rules
    .command('apply')
    .description('Make a source what a document says')
    .argument('<file>')
    .option('-s, --source <name>', 'the source, when the document names none')
    .option('-r, --reason <text>', 'why', '')
    .action(async (file: string, flags: { source?: string; reason: string }) => {
      const { yaml, source } = await readNamed(file, flags.source);
      await session.withApi(async ({ client }) => {
        const why = flags.reason === '' ? `from ${file}` : flags.reason;
        const { changed, version } = await client.source.putDocument.mutate({ source, yaml, why });
        session.print(
          changed ? `source ${source} is at version ${version}` : `source ${source} was what ${file} says already`,
        );
      });
    });
}

async function readNamed(file: string, named: string | undefined): Promise<{ yaml: string; source: string }> {
  const config = await readConfig(file);
  const source = named ?? config.source;
  if (source === null) throw new Stop(`${file} names no source: add \`source: NAME\` to it, or say --source NAME.`);
  return { yaml: config.yaml, source };
}
