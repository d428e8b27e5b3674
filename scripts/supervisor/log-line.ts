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
  const cause = err?.message ?? error;
  return `${severity}: ${msg}${cause === undefined ? '' : ` (${cause})`}`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
