import type { Command } from 'commander';
import type { Api } from '../api.ts';
import { examples } from '../example.ts';
import { awaitResult } from '../ingest/await-load.ts';
import { describeResult } from '../ingest/describe-result.ts';
import { exitCodeOf, exitCodesTold } from '../ingest/exit-code.ts';
import { askKnown } from '../ingest/known-of-load.ts';
import { wholeNumber } from './ingest.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';
import { table } from '../table.ts';

const headings = ['LOAD', 'SOURCE', 'STATE', 'VERDICT', 'ROWS', 'REJECTS', 'RECEIVED', 'FILE'];

/** Adds `assay loads`. */
export function addLoads(program: Command, session: Session): void {
  const loads = program.command('loads').description('Look at loads and decide about them');
  addList(loads, session);
  addVerdicts(loads, session);
  addDecisions(loads, session);
}

function addList(loads: Command, session: Session): void {
  loads
    .command('list')
    .description('The newest loads')
    .option('-s, --source <name>', 'of this source only')
    .option('-n, --limit <n>', 'how many', wholeNumber, 20)
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay loads list --source orders --limit 5'))
    .action((flags: { source?: string; limit: number; json?: true }) =>
      session.withApi(async ({ client }) => {
        const { source, limit } = flags;
        const { items } = await client.load.list.query({ limit, ...(source === undefined ? {} : { source }) });
        const rows = items.map((load) => [
          load.load_id,
          load.source,
          load.state,
          load.damage === '' ? load.verdict : 'damaged',
          load.rows,
          load.rejects,
          load.received_at,
          load.file,
        ]);
        session.answer(flags, items, table(headings, rows));
      }),
    );
}

function addVerdicts(loads: Command, session: Session): void {
  loads
    .command('show')
    .description(`A load with its verdict. ${exitCodesTold}`)
    .argument('<load_id>')
    .option('--json', 'print JSON, as ingest does')
    .addHelpText('after', examples('assay loads show 7264418251776 --json'))
    .action((load_id: string, flags: { json?: true }) =>
      session.withApi((api) => tellVerdict(session, api, { load_id, workflow_id: '', flags })),
    );

  loads
    .command('recheck')
    .description(`Check the stored rows once more, with today's rules, and wait for the verdict. ${exitCodesTold}`)
    .argument('<load_id>')
    .option('--json', 'print JSON, as ingest does')
    .addHelpText('after', examples('assay loads recheck 7264418251776'))
    .action((load_id: string, flags: { json?: true }) =>
      session.withApi(async (api) => {
        const { workflow_id } = await api.client.load.recheck.mutate({ load_id });
        await tellVerdict(session, api, { load_id, workflow_id, flags });
      }),
    );

  loads
    .command('reload')
    .description(`Read a damaged load again from the inbox, and wait for the verdict. ${exitCodesTold}`)
    .argument('<load_id>')
    .option('--json', 'print JSON, as ingest does')
    .addHelpText('after', examples('assay loads reload 7264418251776'))
    .action((load_id: string, flags: { json?: true }) =>
      session.withApi(async (api) => {
        const { workflow_id } = await api.client.load.reload.mutate({ load_id });
        await tellVerdict(session, api, { load_id, workflow_id, flags });
      }),
    );

  loads
    .command('declare')
    .description(`Declare types of columns, read the file again with them, and wait for the verdict. ${exitCodesTold}`)
    .argument('<load_id>')
    .argument('<column=type...>', 'such as amount=Int64')
    .option('-r, --reason <text>', 'why, for the history of the source', '')
    .option('--json', 'print JSON, as ingest does')
    .addHelpText('after', examples('assay loads declare 7264418251776 amount=Int64'))
    .action((load_id: string, written: string[], flags: { reason: string; json?: true }) =>
      session.withApi(async (api) => {
        const columns = written.map(declaredColumn);
        const { workflow_id } = await api.client.load.declare.mutate({ load_id, columns, why: flags.reason });
        await tellVerdict(session, api, { load_id, workflow_id, flags });
      }),
    );
}

/** Types have no `=` in them, names may. */
function declaredColumn(written: string): { name: string; type: string } {
  const at = written.lastIndexOf('=');
  if (at < 0) throw new Stop(`${written} declares nothing: write the column and its type, such as amount=Int64.`);
  return { name: written.slice(0, at), type: written.slice(at + 1) };
}

/** @param asked.workflow_id the re-check whose verdict is waited for; empty for the verdict there is */
async function tellVerdict(
  session: Session,
  api: Api,
  asked: { load_id: string; workflow_id: string; flags: { json?: true } },
): Promise<void> {
  const { load_id, workflow_id, flags } = asked;
  const result =
    workflow_id === ''
      ? await api.client.load.ingestResult.query({ load_id })
      : await awaitResult(api, { load_id, recheck_workflow_id: workflow_id });
  const known = await askKnown(api, result, { for: flags.json ? 'program' : 'person' });
  session.answer(flags, result, describeResult(result, { ...known, duplicate: false }));
  session.exitWith(exitCodeOf(result, known));
}

const decisions = [
  {
    name: 'withdraw',
    does: 'Take a load out of every view; nothing is deleted',
    because: 'sent twice',
    done: (load_id: string) => `load ${load_id} is withdrawn; \`assay loads restore ${load_id}\` brings it back`,
  },
  {
    name: 'restore',
    does: 'Bring a withdrawn load back',
    because: 'withdrawn by mistake',
    done: (load_id: string) => `load ${load_id} is published again`,
  },
  {
    name: 'release',
    does: 'Publish a load that is held',
    because: 'the sender confirmed it',
    done: (load_id: string, left: string | null) =>
      `load ${load_id} is published${left === null ? '' : `, and load ${left}, whose place it takes, is withdrawn`}`,
  },
] as const;

function addDecisions(loads: Command, session: Session): void {
  for (const { name, does, because, done } of decisions) {
    const command = loads.command(name).description(does).argument('<load_id>');
    if (name === 'withdraw') command.requiredOption('-r, --reason <text>', 'why');
    else command.option('-r, --reason <text>', 'why', '');
    command
      .option('--json', 'print JSON')
      .addHelpText('after', examples(`assay loads ${name} 7264418251776 --reason '${because}'`))
      .action((load_id: string, flags: { reason: string; json?: true }) =>
        session.withApi(async ({ client }) => {
          const decided = await client.load[name].mutate({ load_id, reason: flags.reason });
          session.answer(flags, decided, done(load_id, decided.in_place_of));
        }),
      );
  }
}
