import { Option, type Command } from 'commander';
import type { Session } from '../session.ts';
import { printable, table } from '../table.ts';

const reasons = [
  'fixed_at_source',
  'fixed_pipeline',
  'expected_change',
  'false_positive',
  'no_action',
  'duplicate',
] as const;
type Reason = (typeof reasons)[number];

export function addIncidents(program: Command, session: Session): void {
  const incidents = program.command('incidents').description('Look at incidents and settle them');

  incidents
    .command('list')
    .description('Open incidents, newest first')
    .option('--all', 'resolved ones, too')
    .option('-s, --source <name>')
    .option('--json', 'print JSON')
    .action((flags: { all?: true; source?: string; json?: true }) =>
      session.withApi(async ({ client }) => {
        const { items } = await client.incident.list.query({
          limit: 100,
          ...(flags.all ? {} : { status: ['triggered', 'acknowledged'] }),
          ...(flags.source === undefined ? {} : { source: flags.source }),
        });
        if (flags.json) session.print(JSON.stringify(items));
        else {
          const rows = items.map(({ incident_id, status, severity, source, rule_id, next_escalation_at, finding }) => [
            incident_id,
            status,
            severity,
            source,
            rule_id,
            next_escalation_at ?? '',
            printable(finding),
          ]);
          session.print(table(['INCIDENT', 'STATUS', 'SEVERITY', 'SOURCE', 'RULE', 'NEXT NOTICE', 'FINDING'], rows));
        }
      }),
    );

  incidents
    .command('ack')
    .description('Take an incident; its escalation stops')
    .argument('<incident_id>')
    .action((incident_id: string) =>
      session.withApi(async ({ client }) => {
        await client.incident.acknowledge.mutate({ incident_id });
        session.print(`incident ${incident_id} is acknowledged`);
      }),
    );

  incidents
    .command('resolve')
    .description('Settle an incident')
    .argument('<incident_id>')
    .addOption(new Option('-r, --reason <reason>', 'what became of it').choices(reasons).makeOptionMandatory())
    .option('-m, --comment <text>', 'what others should know', '')
    .action((incident_id: string, flags: { reason: Reason; comment: string }) =>
      session.withApi(async ({ client }) => {
        await client.incident.resolve.mutate({ incident_id, ...flags });
        session.print(`incident ${incident_id} is resolved: ${flags.reason}`);
      }),
    );
}
