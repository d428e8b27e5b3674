import { z } from 'zod';

/** Lines of pino (level is a number) and of the Temporal server (a word). */
const record = z.looseObject({
  level: z.union([z.number(), z.string()]),
  msg: z.string().default(''),
  err: z.looseObject({ message: z.string() }).optional(),
  error: z.string().optional(),
});

/**
 * What a person at the terminal is shown of one line that a process wrote: warnings and errors as a sentence, anything
 * that is not a log record as it is, and nothing of the everyday log, which is in the file.
 */
export function terminalLine(line: string): string | undefined {
  if (!line.startsWith('{')) return line;
  const parsed = record.safeParse(parseJson(line));
  if (!parsed.success) return line;
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
