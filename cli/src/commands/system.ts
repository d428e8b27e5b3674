import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Api } from '../api.ts';
import { brokenConditions } from '../broken-conditions.ts';
import { examples } from '../example.ts';
import { counted } from '../plural.ts';
import { findApi } from '../running-copy.ts';
import type { Session } from '../session.ts';
import { root } from '../working-copy.ts';

/** Adds the verbs about the running copy: `assay status`, `assay open`, `assay doctor`. */
export function addSystem(program: Command, session: Session): void {
  program
    .command('status')
    .description('What runs, where, what waits, and what is wrong; exit code 3 when something is')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('assay status --json'))
    .action((flags: { json?: true }) =>
      session.withApi(async (api) => {
        const broken = await brokenConditions(api);
        if (broken.length > 0) session.exitWith(3);
        for (const { name, says } of broken) session.note(`${name}: ${says}`);
        const info = await api.client.system.info.query({});
        session.answer(flags, { url: api.url, ...info, broken }, statusLines(api.url, info).join('\n'));
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

function statusLines(url: string, info: Awaited<ReturnType<Api['client']['system']['info']['query']>>): string[] {
  const { version, uptime_s, caller, engine_version, temporal_ui_url, queues, loads_waiting } = info;
  return [
    `Assay ${version} at ${url}, up for ${uptime_s} s, as ${caller.actor} (${caller.role})`,
    `ClickHouse ${engine_version}`,
    ...(temporal_ui_url === '' ? [] : [`Temporal UI ${temporal_ui_url}`]),
    ...queues.map(
      ({ queue, pollers, backlog }) =>
        `queue ${queue}: ${counted(pollers, 'worker')}, ${counted(backlog, 'task')} waiting`,
    ),
    `${counted(loads_waiting, 'load')} under way`,
  ];
}
