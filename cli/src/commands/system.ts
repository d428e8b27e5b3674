import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import { examples } from '../example.ts';
import { counted } from '../plural.ts';
import { findApi } from '../running-copy.ts';
import type { Session } from '../session.ts';
import { root } from '../working-copy.ts';

export function addSystem(program: Command, session: Session): void {
  program
    .command('status')
    .description('What runs, where, and what waits')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay status --json'))
    .action((flags: { json?: true }) =>
      session.withApi(async ({ url, client }) => {
        const info = await client.system.info.query({});
        if (flags.json) session.print(JSON.stringify({ url, ...info }));
        else {
          session.print(
            `Assay ${info.version} at ${url}, up for ${info.uptime_s} s, as ${info.caller.actor} (${info.caller.role})`,
          );
          session.print(`ClickHouse ${info.engine_version}`);
          if (info.temporal_ui_url !== '') session.print(`Temporal UI ${info.temporal_ui_url}`);
          for (const { queue, pollers, backlog } of info.queues) {
            session.print(`queue ${queue}: ${counted(pollers, 'worker')}, ${counted(backlog, 'task')} waiting`);
          }
          session.print(`${counted(info.loads_waiting, 'load')} under way`);
        }
      }),
    );

  program
    .command('open')
    .description('Open the dashboard in a browser')
    .addHelpText('after', examples('assay open'))
    .action(() => {
      const url = findApi(session.env);
      const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
      const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
      child.on('error', () => {
        session.note(`There is no ${opener} here; the dashboard is at ${url}`);
      });
      child.unref();
      session.print(url);
    });

  program
    .command('doctor')
    .description('Whether this machine has what Assay needs')
    .option('--settings', 'every setting with its value, not only those that are set')
    .addHelpText('after', examples('assay doctor', 'assay doctor --settings'))
    .action(async (flags: { settings?: true }) => {
      const args = flags.settings ? ['--settings'] : [];
      const child = spawn(process.execPath, [join(root, 'scripts/doctor.ts'), ...args], { stdio: 'inherit' });
      await once(child, 'exit');
      session.exitWith(child.exitCode ?? 3);
    });
}
