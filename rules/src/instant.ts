/** A point in time: nanoseconds since 1970-01-01 00:00 UTC. */
export interface Instant {
  readonly nanoseconds: bigint;
  /** The text has a date only, no time of day. */
  readonly dateOnly: boolean;
  /** Digits of a second that were written, 0 to 9. */
  readonly precision: number;
}

const pattern = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Reads an ISO date (`2024-02-29`) or time (`2024-02-29T10:00:00.5Z`, `2024-02-29 10:00`); a time without an offset is UTC.
 * @returns undefined when the text is no such time or the day does not exist; nothing is clamped.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((index) => Number(match[index] ?? 0));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset = offsetMinutes(match[8]);
  if (offset === undefined) return undefined;
  const seconds = BigInt(date.getTime() / 1000) + BigInt(hour * 3600 + (minute - offset) * 60 + second);
  const fraction = match[7] ?? '';
  return {
    nanoseconds: seconds * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')),
    dateOnly: match[4] === undefined,
    precision: fraction.length,
  };
}

/** `2024-02-29T10:00:00.500Z`, with as many digits of a second as asked for. */
export function formatInstant(nanoseconds: bigint, precision = 3): string {
  const seconds = floorDivide(nanoseconds, 1_000_000_000n);
  const fraction = String(nanoseconds - seconds * 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, precision);
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${date}${precision > 0 ? `.${fraction}` : ''}Z`;
}

/** The engine's text of a UTC time or a date (`2024-02-29 10:00:00.500`) in ISO form. */
export function isoFromEngine(text: string): string {
  return /^\d{4}-\d{2}-\d{2} /.test(text) ? `${text.replace(' ', 'T')}Z` : text;
}

function offsetMinutes(text: string | undefined): number | undefined {
  if (text === undefined || text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 14 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
