import { examine, failures } from './doctor/examine.ts';
import { findingsScreen, settingsScreen } from './doctor/screen.ts';
import { startEnv } from './env.ts';
import { allSettings } from './settings/all-settings.ts';
import { readSettings } from './settings/read-settings.ts';
import { addresses } from './supervisor/addresses.ts';
import { readRunFile } from './supervisor/run-file.ts';

/** Whether Assay can start on this machine, and every setting; exit code 1 when it cannot. */
async function main(): Promise<void> {
  const env = readSettings(startEnv, process.env);
  const findings = await examine(env);
  const running = readRunFile(env.ASSAY_DATA_DIR);
  console.log(findingsScreen(findings));
  console.log(
    `\nSettings, from the environment or the file .env; .env.example says what each means:\n${settingsScreen(allSettings(), process.env)}`,
  );
  const wrong = failures(findings);
  if (wrong.length > 0) process.exitCode = 1;
  const verdict =
    wrong.length > 0
      ? `Assay cannot start: ${wrong.map(({ name }) => name).join(', ')}.`
      : running
        ? `A copy with this data folder runs at ${running.url}.`
        : `Assay can start here; it will be at ${addresses(env).url}.`;
  console.log(`\n${verdict}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
