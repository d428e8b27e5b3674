import { Option, type Command } from 'commander';
import { examples } from '../example.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

const reasons = [
  'fixed_at_source',
  'fixed_pipeline',
  'expected_change',
  'false_positive',
  'no_action',
  'duplicate',
] as const;
type Reason = (typeof reasons)[number];

/** Adds `assay incidents`. */
export function addIncidents(program: Command, session: Session): void {
  const incidents = program.command('incidents').description('Look at incidents and settle them');

  incidents
    .command('list')
    .description('Open incidents, newest first')
    .option('--all', 'resolved ones, too')
    .option('-s, --source <name>', 'of this source only')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay incidents list --source orders'))
    .action((flags: { all?: true; source?: string; json?: true }) =>
      session.withApi(async ({ client }) => {
        const { items } = await client.incident.list.query({
          limit: 100,
          ...(flags.all ? {} : { status: ['triggered', 'acknowledged'] }),
          ...(flags.source === undefined ? {} : { source: flags.source }),
        });
        const rows = items.map(({ incident_id, status, severity, source, rule_id, next_escalation_at, finding }) => [
          incident_id,
          status,
          severity,
          source,
          rule_id,
          next_escalation_at ?? '',
          finding,
        ]);
        const headings = ['INCIDENT', 'STATUS', 'SEVERITY', 'SOURCE', 'RULE', 'NEXT NOTICE', 'FINDING'];
        session.answer(flags, items, table(headings, rows));
      }),
    );

  incidents
    .command('ack')
    .description('Take an incident; its escalation stops')
    .argument('<incident_id>')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay incidents ack 7264418251776'))
    .action((incident_id: string, flags: { json?: true }) =>
      session.withApi(async ({ client }) => {
        const view = await client.incident.acknowledge.mutate({ incident_id });
        session.answer(flags, view, `incident ${incident_id} is acknowledged`);
      }),
    );

  incidents
    .command('resolve')
    .description('Settle an incident')
    .argument('<incident_id>')
    .addOption(new Option('-r, --reason <reason>', 'what became of it').choices(reasons).makeOptionMandatory())
    .option('-m, --comment <text>', 'what others should know', '')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples("assay incidents resolve 7264418251776 --reason fixed_at_source --comment 'sent anew'"),
    )
    .action((incident_id: string, flags: { reason: Reason; comment: string; json?: true }) =>
      session.withApi(async ({ client }) => {
        const { reason, comment } = flags;
        const view = await client.incident.resolve.mutate({ incident_id, reason, comment });
        session.answer(flags, view, `incident ${incident_id} is resolved: ${reason}`);
      }),
    );
}
