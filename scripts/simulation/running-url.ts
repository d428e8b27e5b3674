import { readRunFile } from '../supervisor/run-file.ts';
import { startEnv } from '../env.ts';

/** Where Assay answers: ASSAY_URL, or the copy that runs on the data folder. Throws when neither is there. */
export function runningUrl(): string {
  const given = process.env['ASSAY_URL'];
  if (given !== undefined && given !== '') return given.replace(/\/+$/, '');
  const { ASSAY_DATA_DIR } = startEnv.parse(process.env);
  const run = readRunFile(ASSAY_DATA_DIR);
  if (run === undefined)
    throw new Error(`Assay is not running on ${ASSAY_DATA_DIR}: start it with \`npx -y pnpm@12 start\`.`);
  return run.url;
}
