import { ensureTemporal } from './temporal/src/index.ts';

/**
 * Gets the Temporal server before the first test that needs one, in the open: on a new machine it takes minutes. Without
 * one the tests that need it fail with the same sentence.
 */
export async function setup(): Promise<void> {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  await ensureTemporal(process.env, report).catch((error: unknown) => report(String(error)));
}
