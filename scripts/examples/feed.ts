import { gzipSync } from 'node:zlib';

/** A file of an example feed: its name and its bytes. */
export interface FeedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A file of lines that end in LF. */
export function textFile(name: string, lines: readonly string[]): FeedFile {
  return { name, bytes: Buffer.from(`${lines.join('\n')}\n`) };
}

/** `2026-11-09T08:00:00Z`: a moment some minutes after the start of a day, always the same. */
export function momentOf(day: string, minutes: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + Math.round(minutes * 60) * 1_000)
    .toISOString()
    .replace('.000Z', 'Z');
}

/** A gzip file whose bytes do not depend on the machine: stored, not squeezed, and with no operating system named. */
export function gzipped(bytes: Buffer): Buffer {
  const member = gzipSync(bytes, { level: 0 });
  member[9] = 255;
  return member;
}
