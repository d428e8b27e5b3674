import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { z } from 'zod';

/** Bytes of a file as a corpus has them. */
export const corpusBytes = z.base64().transform((text) => Buffer.from(text, 'base64'));

/** What sets a file apart, and its bytes. */
export const corpusFile = z.tuple([z.string(), corpusBytes]);

/** Reads a corpus of Parquet files that other programs wrote. */
export function openCorpus<T>(name: string, shape: z.ZodType<T>): T {
  return shape.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'corpora', `${name}.json`), 'utf8')));
}

/** Writes files of a corpus to a folder that is removed after the tests of the file; each call gives the path of a new one. */
export function fileWriter(): (bytes: Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-parquet-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  let files = 0;
  return (bytes) => {
    const path = join(folder, `${files++}.parquet`);
    writeFileSync(path, bytes);
    return path;
  };
}
