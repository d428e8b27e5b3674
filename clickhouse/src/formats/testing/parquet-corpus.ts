import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Bytes of a file as a corpus has them. */
export const corpusBytes = z.base64().transform((text) => Buffer.from(text, 'base64'));

/** What sets a file apart, and its bytes. */
export const corpusFile = z.tuple([z.string(), corpusBytes]);

/** Reads a corpus of Parquet files that other programs wrote. */
export function openCorpus<T>(name: string, shape: z.ZodType<T>): T {
  return shape.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'corpora', `${name}.json`), 'utf8')));
}
