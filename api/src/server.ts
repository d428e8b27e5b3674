import { readEnvironment, SettingsError } from '@assay/rules';
import { apiEnv } from './env.ts';
import { startApi, StartRefusedError } from './start-api.ts';

/** The API process: serves until it is told to stop. */
async function main(): Promise<void> {
  const api = await startApi(readEnvironment(apiEnv, process.env));
  api.services.log.info({ url: api.url, version: api.services.version }, 'api started');

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void api[Symbol.asyncDispose]().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartRefusedError || error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
