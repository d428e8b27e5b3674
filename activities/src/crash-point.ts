import { existsSync, writeFileSync } from 'node:fs';

/** Says that a durable step by this name is about to be done, or was done: `load.commit:before`, `load.commit:after`. */
export type ReachStep = (point: string) => void;

/**
 * For proving that a crash at any step changes nothing: the process kills itself at one named point, once.
 * @param mark a file that is written before the crash, so that the process started next goes on
 */
export function crashOnce(at: string, mark: string): ReachStep {
  return (point) => {
    if (point !== at || existsSync(mark)) return;
    writeFileSync(mark, point);
    process.kill(process.pid, 'SIGKILL');
  };
}

/** What reaches every step unharmed, as outside of tests. */
export const neverCrash: ReachStep = () => undefined;
