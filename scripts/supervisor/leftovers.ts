import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '@assay/temporal';
import type { RunFile } from './run-file.ts';
import type { Say } from './supervisor.ts';

/** A child notices the death of its supervisor at once and has ten seconds to finish. */
const patience_ms = 12_000;

/** Waits for the processes of a run that was killed, which still hold ports and files for a moment. */
export async function untilGone(run: RunFile | undefined, say: Say): Promise<void> {
  if (!run) return;
  const left = () => run.processes.filter(({ pid }) => isAlive(pid));
  if (left().length === 0) return;
  say(
    `the last run was killed; waiting for its ${left()
      .map(({ name }) => name)
      .join(', ')} to end`,
  );
  for (const deadline = Date.now() + patience_ms; left().length > 0 && Date.now() < deadline;) await delay(100);
}
