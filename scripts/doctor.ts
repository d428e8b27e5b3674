import { parseArgs } from 'node:util';
import { examine, failures } from './doctor/examine.ts';
import { findingsScreen, settingsScreen } from './doctor/screen.ts';
import { startEnv } from './env.ts';
import { allSettings } from './settings/all-settings.ts';
import { readSettings } from './settings/read-settings.ts';
import { addresses } from './supervisor/addresses.ts';
import { runningCopy } from './supervisor/running-copy.ts';

/** Whether Assay can start on this machine, and its settings; exit code 1 when it cannot. */
async function main(): Promise<void> {
  const { settings } = parseArgs({ options: { settings: { type: 'boolean', default: false } } }).values;
  const env = readSettings(startEnv, process.env);
  const findings = await examine(env);
  const running = runningCopy(env.ASSAY_DATA_DIR);
  const wrong = failures(findings);
  if (wrong.length > 0) process.exitCode = 1;
  const verdict =
    wrong.length > 0
      ? `Assay cannot start: ${wrong.map(({ name }) => name).join(', ')}.`
      : running
        ? `A copy with this data folder runs at ${running.url}.`
        : `Assay can start here; it will be at ${addresses(env).url}.`;
  console.log(`${findingsScreen(findings)}\n\n${verdict}\n\n${settings ? everySetting() : whatIsSet()}`);
}

function everySetting(): string {
  return `Settings, from the environment or the file .env; .env.example says what each means:\n${settingsScreen(allSettings(), process.env)}`;
}

function whatIsSet(): string {
  const all = allSettings();
  const set = all.filter(({ name }) => process.env[name] !== undefined);
  const rest = `${set.length === 0 ? `All ${all.length}` : `The other ${all.length - set.length}`} settings have their defaults; add --settings to see them.`;
  return set.length === 0
    ? rest
    : `Set in the environment or the file .env:\n${settingsScreen(set, process.env)}\n${rest}`;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
