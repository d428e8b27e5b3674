import { z } from 'zod';

/** Lines of pino (level is a number) and of the Temporal server (a word). */
const record = z.looseObject({
  level: z.union([z.number(), z.string()]),
  msg: z.string().default(''),
  err: z.looseObject({ message: z.string() }).optional(),
  error: z.string().optional(),
});

/**
 * What a person at the terminal is shown of one line that a process wrote: the warnings and errors among its log
 * records as a sentence, and on stderr also what is no record, such as the trace of a crash. The file has everything.
 */
export function terminalLine(line: string, stream: 'stdout' | 'stderr'): string | undefined {
  const parsed = record.safeParse(line.startsWith('{') ? parseJson(line) : undefined);
  if (!parsed.success) return stream === 'stderr' ? line : undefined;
  const { level, msg, err, error } = parsed.data;
  const severity = typeof level === 'number' ? (level >= 50 ? 'error' : level >= 40 ? 'warn' : undefined) : level;
  if (severity !== 'error' && severity !== 'warn' && severity !== 'fatal') return undefined;
  const cause = once(err?.message ?? error ?? '');
  const said = once(msg);
  if (said === '' || cause.startsWith(said)) return `${severity}: ${cause === '' ? said : cause}`;
  return `${severity}: ${said}${cause === '' || said.includes(cause) ? '' : ` (${cause})`}`;
}

/** An error that wraps one of the same words is written as `words: words`, or `what failed, words: words`. */
function once(text: string): string {
  for (let half = text.indexOf(': '); half >= 0; half = text.indexOf(': ', half + 1)) {
    const [before, after] = [text.slice(0, half), text.slice(half + 2)];
    if (after.startsWith(before)) return once(after);
    if (before.endsWith(`: ${after}`)) return once(before);
  }
  return text;
}

const repeatedEvery_ms = 10_000;

/** Lets the same line through at most every ten seconds, however often it is written. */
export class Repetition {
  readonly #shown_ms = new Map<string, number>();

  /** @param now_ms on any clock that only goes forward */
  isDue(line: string, now_ms: number): boolean {
    for (const [known, at_ms] of this.#shown_ms) if (now_ms - at_ms >= repeatedEvery_ms) this.#shown_ms.delete(known);
    if (this.#shown_ms.has(line)) return false;
    this.#shown_ms.set(line, now_ms);
    return true;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
