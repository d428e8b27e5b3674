import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { everyItem } from '../every-item.ts';
import { examples } from '../example.ts';
import { problemLines, readConfig } from '../ingest/apply-config.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { printableLines, table } from '../table.ts';

/** Adds `assay rules`. */
export function addRules(program: Command, session: Session): void {
  const rules = program.command('rules').description('Keep rules in files and files in rules');
  addList(rules, session);
  addExport(rules, session);
  addPlan(rules, session);
  addApply(rules, session);
}

function addList(rules: Command, session: Session): void {
  rules
    .command('list')
    .description('Rules with their newest verdicts')
    .option('-s, --source <name>', 'of this source only')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `\nSINCE is the version of the source that brought the present text of the rule.\n${examples('assay rules list --source orders')}`,
    )
    .action((flags: { source?: string; json?: true }) =>
      session.withApi(async ({ client }) => {
        const filter = flags.source === undefined ? {} : { source: flags.source };
        const items = await everyItem((asked) => client.rule.list.query({ ...filter, ...asked }));
        const rows = items.map(({ source, rule_id, kind, severity, mode, version, latest }) => [
          source,
          rule_id,
          kind,
          severity,
          mode,
          `version ${version}`,
          latest[0]?.verdict ?? '',
        ]);
        const headings = ['SOURCE', 'RULE', 'KIND', 'SEVERITY', 'MODE', 'SINCE', 'VERDICT'];
        session.answer(flags, items, table(headings, rows));
      }),
    );
}

function addExport(rules: Command, session: Session): void {
  rules
    .command('export')
    .description('The source document with its rules, as YAML')
    .argument('<source>')
    .option('-o, --output <file>', 'where to write it; stdout when left out')
    .option('--json', 'the document as JSON instead')
    .addHelpText('after', examples('assay rules export orders --output orders.yaml'))
    .action((source: string, flags: { output?: string; json?: true }) =>
      session.withApi(async ({ client }) => {
        const { yaml, document } = await client.source.document.query({ source });
        const text = flags.json ? JSON.stringify(document) : yaml.trimEnd();
        if (flags.output === undefined) session.print(text);
        else await writeFile(flags.output, `${text}\n`);
      }),
    );
}

function addPlan(rules: Command, session: Session): void {
  rules
    .command('plan')
    .description('What a document would change. Exit code 0 nothing, 2 something, 3 not valid.')
    .argument('<file>')
    .option('-s, --source <name>', 'the source, when the document names none')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('assay rules plan orders.yaml', 'assay rules plan rules.yaml --source orders --json'),
    )
    .action(async (file: string, flags: { source?: string; json?: true }) => {
      const { yaml, source } = await readNamed(file, flags.source);
      await session.withApi(async ({ client }) => {
        const plan = await client.source.plan.mutate({ source, yaml });
        if (flags.json) session.print(JSON.stringify(plan));
        refuseInvalid(file, plan);
        if (!plan.equal) session.exitWith(2);
        if (!flags.json) {
          session.print(plan.equal ? `source ${source} is what ${file} says` : printableLines(plan.changes.join('\n')));
        }
      });
    });
}

function addApply(rules: Command, session: Session): void {
  rules
    .command('apply')
    .description('Make a source what a document says')
    .argument('<file>')
    .option('-s, --source <name>', 'the source, when the document names none')
    .option('-r, --reason <text>', 'why', '')
    .option('--json', 'print JSON')
    .addHelpText('after', examples("assay rules apply orders.yaml --reason 'a new country'"))
    .action(async (file: string, flags: { source?: string; reason: string; json?: true }) => {
      const { yaml, source } = await readNamed(file, flags.source);
      await session.withApi(async ({ client }) => {
        refuseInvalid(file, await client.source.plan.mutate({ source, yaml }));
        const why = flags.reason === '' ? `from ${file}` : flags.reason;
        const applied = await client.source.putDocument.mutate({ source, yaml, why });
        const { changed, version } = applied;
        const text = changed
          ? `source ${source} is at version ${version}`
          : `source ${source} was what ${file} says already`;
        session.answer(flags, applied, text);
      });
    });
}

function refuseInvalid(file: string, { problems }: { readonly problems: Parameters<typeof problemLines>[0] }): void {
  if (problems.length > 0) throw new Stop([`${file} is not valid:`, ...problemLines(problems)].join('\n'));
}

async function readNamed(file: string, named: string | undefined): Promise<{ yaml: string; source: string }> {
  const config = await readConfig(file);
  const source = named ?? config.source;
  if (source === null) throw new Stop(`${file} names no source: add \`source: NAME\` to it, or say --source NAME.`);
  return { yaml: config.yaml, source };
}
