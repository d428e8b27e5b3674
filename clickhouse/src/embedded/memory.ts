import { z } from 'zod';
import type { Canceller } from './cancel.ts';

const EVERY_MS = 500;

const process_row = z.object({ query_id: z.string(), memory_usage: z.coerce.number(), caller: z.string() });

/**
 * The library counts its memory and refuses more than its limits, but what the process holds can be above that count.
 * When it has grown by a quarter more than the limit since this began, freed memory is given back to the system; at one
 * and a half times the limit, the statement that uses most is stopped. `report` is told what was done.
 */
export function watchMemory(
  canceller: Canceller,
  limitBytes: number,
  report: (event: Record<string, unknown>) => void,
): { stop(): void } {
  // Most of an idle process is the library's own code, shared with the disk cache.
  const idle = process.memoryUsage.rss();
  const grown = (): number => process.memoryUsage.rss() - idle;
  let busy = false;
  const look = async (): Promise<void> => {
    if (grown() < limitBytes * 1.25) return;
    await canceller.run('SYSTEM JEMALLOC PURGE');
    const over = grown();
    if (over < limitBytes * 1.5) return;
    const text = await canceller.run(LARGEST);
    if (text.trim() === '') return;
    const largest = process_row.parse(JSON.parse(text));
    await canceller.run(`KILL QUERY WHERE query_id = '${largest.query_id}' ASYNC`);
    report({
      event: 'memory_limit',
      held: over,
      limit: limitBytes,
      stopped: largest.caller,
      memory_usage: largest.memory_usage,
    });
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((cause: unknown) => report({ event: 'memory_watch_failed', error: String(cause) }))
      .finally(() => (busy = false));
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

const LARGEST = `
  SELECT query_id, toString(memory_usage) AS memory_usage, JSONExtractString(Settings['log_comment'], 'q') AS caller
  FROM system.processes
  WHERE caller != ''
  ORDER BY memory_usage DESC
  LIMIT 1
  FORMAT JSONEachRow`;
