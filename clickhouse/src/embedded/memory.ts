import { z } from 'zod';
import type { Canceller } from './cancel.ts';

const EVERY_MS = 500;

const process_row = z.object({ query_id: z.string(), memory_usage: z.coerce.number(), caller: z.string() });

/**
 * The library counts its memory and refuses more than its limits, but what the process holds can be above that count.
 * Over the limit and a quarter, freed memory is given back to the system; over one and a half times, the statement that
 * uses most is stopped.
 */
export function watchMemory(canceller: Canceller, limitBytes: number): { stop(): void } {
  let busy = false;
  const look = async (): Promise<void> => {
    if (process.memoryUsage.rss() < limitBytes * 1.25) return;
    await canceller.run('SYSTEM JEMALLOC PURGE');
    const rss = process.memoryUsage.rss();
    if (rss < limitBytes * 1.5) return;
    const text = await canceller.run(LARGEST);
    if (text.trim() === '') return;
    const largest = process_row.parse(JSON.parse(text));
    await canceller.run(`KILL QUERY WHERE query_id = '${largest.query_id}' ASYNC`);
    const event = {
      event: 'memory_limit',
      rss,
      limit: limitBytes,
      stopped: largest.caller,
      memory_usage: largest.memory_usage,
    };
    process.stderr.write(`${JSON.stringify(event)}\n`);
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((cause: unknown) => {
        process.stderr.write(`${JSON.stringify({ event: 'memory_watch_failed', error: String(cause) })}\n`);
      })
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
