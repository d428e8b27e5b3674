import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { z } from 'zod';

/** Enough of a file to see its first records. */
const lookBytes = 1024 * 1024;

/**
 * The earliest event time among the first records of a JSONL or CSV file, in milliseconds since the Unix epoch; undefined when they do not
 * tell. It only orders files that are sent one after the other; what counts is read by Assay itself.
 */
export async function firstEvent(path: string, event_time: string): Promise<number | undefined> {
  const lines = (await beginning(path)).split('\n').slice(0, -1);
  const texts =
    lines[0]?.trimStart().startsWith('{') === true ? fromJson(lines, event_time) : fromCsv(lines, event_time);
  const times = texts.map((text) => Date.parse(text)).filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : times.reduce((first, time) => Math.min(first, time));
}

/** The first bytes as text, decompressed; a line that was cut is ended so that it counts when it is the only one. */
async function beginning(path: string): Promise<string> {
  const file = createReadStream(path, { highWaterMark: 64 * 1024 });
  const pieces: Buffer[] = [];
  let bytes = 0;
  let content: Readable | undefined;
  for await (const piece of file) {
    const first = z.instanceof(Buffer).parse(piece);
    file.destroy();
    content = decompressed(path, first);
    break;
  }
  if (content === undefined) return '';
  try {
    for await (const piece of content) {
      const part = z.instanceof(Buffer).parse(piece);
      pieces.push(part);
      bytes += part.byteLength;
      if (bytes >= lookBytes) break;
    }
  } catch {
    // A damaged file is Assay's to judge; what could be read so far tells the time.
  }
  return `${Buffer.concat(pieces)
    .toString('utf8')
    .replace(/^\ufeff/, '')}${bytes < lookBytes ? '\n' : ''}`;
}

function decompressed(path: string, first: Buffer): Readable {
  const file = createReadStream(path);
  const unpack =
    first.byteLength >= 2 && first.readUInt16BE(0) === 0x1f8b
      ? createGunzip()
      : first.byteLength >= 4 && first.readUInt32LE(0) === 0xfd2fb528
        ? createZstdDecompress()
        : undefined;
  // Reading stops early on purpose, which is no error here.
  return unpack === undefined ? file : pipeline(file, unpack, () => {});
}

const jsonRecord = z.record(z.string(), z.unknown());

function fromJson(lines: readonly string[], event_time: string): string[] {
  return lines.flatMap((line) => {
    try {
      const value = jsonRecord.parse(JSON.parse(line))[event_time];
      return typeof value === 'string' ? [value] : [];
    } catch {
      return [];
    }
  });
}

function fromCsv(lines: readonly string[], event_time: string): string[] {
  const [header = '', ...rows] = lines;
  for (const delimiter of [',', ';', '\t', '|']) {
    const place = fields(header, delimiter).indexOf(event_time);
    if (place >= 0) return rows.flatMap((row) => fields(row, delimiter)[place] ?? []);
  }
  return [];
}

function fields(line: string, delimiter: string): string[] {
  return line
    .replace(/\r$/, '')
    .split(delimiter)
    .map((field) => field.replace(/^"(.*)"$/, '$1'));
}
