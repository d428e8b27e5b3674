import { open } from 'node:fs/promises';
import { openBytes } from './byte-source.ts';
import type { Sample } from './guess-plan.ts';
import type { ByteLimits } from './read-limits.ts';

const sampleBytes = 1024 * 1024;
/** From a compressed file, whose middle and end cannot be reached without reading it. */
const streamedSampleBytes = 4 * sampleBytes;

/** Samples at start, middle and end of a stored file; of a compressed or re-encoded one, a longer piece of its start. */
export async function sampleContent(path: string, limits: ByteLimits): Promise<Sample[]> {
  const source = await openBytes({ from: path, limits });
  try {
    if (source.compression === 'none' && source.encoding === 'utf-8') return await samplesOfFile(path);
    const pieces: Buffer[] = [];
    let length = 0;
    let last = true;
    for await (const piece of source.chunks) {
      pieces.push(piece);
      length += piece.length;
      if (length < streamedSampleBytes) continue;
      last = false;
      break;
    }
    return [{ bytes: Buffer.concat(pieces), base_offset: 0, last }];
  } finally {
    await source.close();
  }
}

async function samplesOfFile(path: string): Promise<Sample[]> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const starts = size <= 3 * sampleBytes ? [0] : [0, Math.floor((size - sampleBytes) / 2), size - sampleBytes];
    const length = starts.length === 1 ? size : sampleBytes;
    const samples: Sample[] = [];
    for (const base_offset of starts) {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, base_offset);
      samples.push({ bytes: bytes.subarray(0, bytesRead), base_offset, last: base_offset + bytesRead >= size });
    }
    return samples;
  } finally {
    await file.close();
  }
}
