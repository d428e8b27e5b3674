import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { id } from './id.ts';
import { timestamp } from './tables/timestamp.ts';

/** What is known about a received file before anything is read from it. On disk it lies beside the bytes as `<load_id>.json`. */
export const manifest = z.strictObject({
  tenant: z.string(),
  load_id: id,
  source_id: id,
  source: z.string(),
  file: z.string(),
  sha256: z.string().length(64),
  bytes: z.string(),
  received_at: timestamp,
  actor: z.string(),
  backfill: z.boolean(),
  replaces: id,
});
export type Manifest = z.infer<typeof manifest>;

/** Bytes that arrived whole and are on disk under an opaque name; not yet accepted. */
export interface ReceivedBytes {
  readonly path: string;
  readonly bytes: string;
  readonly sha256: string;
}

/** Thrown when a file is larger than the limit of its source; nothing is kept of it. */
export class FileTooLargeError extends Error {
  readonly code = 'file_too_large';
}

/**
 * The folder where every accepted file lies until its retention ends. A file is accepted once its manifest is there:
 * bytes first, then the manifest, each flushed and renamed into place, so that a crash leaves either nothing or both.
 */
export interface Inbox {
  /** Streams bytes to disk while hashing and counting. Throws FileTooLargeError past `bytes_max`; a broken stream leaves nothing. */
  receive(load_id: string, body: AsyncIterable<Uint8Array>, bytes_max: number): Promise<ReceivedBytes>;
  /** Accepts received bytes: from here on the file is never forgotten. */
  accept(received: ReceivedBytes, about: Manifest): Promise<void>;
  /** Takes back received or accepted bytes, such as a duplicate. */
  discard(load_id: string): Promise<void>;
  /** Where the bytes of an accepted load are. */
  path(load_id: string): string;
  manifest(load_id: string): Promise<Manifest | undefined>;
  /** The load ids of every accepted file, oldest first. */
  loadIds(): Promise<string[]>;
  /** Whether the bytes on disk are still the ones that were received. */
  intact(about: Manifest): Promise<boolean>;
  /** Removes what broken uploads left behind before `older_than_ms` (milliseconds since the Unix epoch). */
  sweep(older_than_ms: number): Promise<number>;
}

const partSuffix = '.part';
const manifestSuffix = '.json';
const flushEveryBytes = 64 * 1024 * 1024;

/** @param folder created when missing; on shared storage when several machines work together */
export async function openInbox(folder: string): Promise<Inbox> {
  await mkdir(folder, { recursive: true });
  const at = (load_id: string, suffix = '') => join(folder, `${id.parse(load_id)}${suffix}`);

  const inbox: Inbox = {
    async receive(load_id, body, bytes_max) {
      const path = at(load_id, partSuffix);
      const handle = await open(path, 'wx', 0o600);
      const hash = createHash('sha256');
      let bytes = 0;
      let unflushed = 0;
      try {
        for await (const piece of body) {
          bytes += piece.byteLength;
          if (bytes > bytes_max) {
            throw new FileTooLargeError(`the file is larger than the limit bytes_in_max of ${String(bytes_max)} bytes`);
          }
          hash.update(piece);
          await handle.write(piece);
          unflushed += piece.byteLength;
          if (unflushed >= flushEveryBytes) {
            await handle.datasync();
            unflushed = 0;
          }
        }
        await handle.sync();
      } catch (error) {
        await handle.close();
        await rm(path, { force: true });
        throw error;
      }
      await handle.close();
      return { path, bytes: String(bytes), sha256: hash.digest('hex') };
    },

    async accept(received, about) {
      await rename(received.path, at(about.load_id));
      const temporary = at(about.load_id, `${manifestSuffix}${partSuffix}`);
      await writeFile(temporary, JSON.stringify(manifest.parse(about)), { mode: 0o600, flush: true });
      await rename(temporary, at(about.load_id, manifestSuffix));
      await flushFolder(folder);
    },

    async discard(load_id) {
      await rm(at(load_id, manifestSuffix), { force: true });
      await rm(at(load_id), { force: true });
      await rm(at(load_id, partSuffix), { force: true });
    },

    path: (load_id) => at(load_id),

    async manifest(load_id) {
      try {
        return manifest.parse(JSON.parse(await readFile(at(load_id, manifestSuffix), 'utf8')));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async loadIds() {
      const names = await readdir(folder);
      return names
        .filter((name) => name.endsWith(manifestSuffix))
        .map((name) => name.slice(0, -manifestSuffix.length))
        .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    },

    async intact(about) {
      const hash = createHash('sha256');
      try {
        for await (const piece of createReadStream(at(about.load_id))) hash.update(z.instanceof(Buffer).parse(piece));
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
      return hash.digest('hex') === about.sha256;
    },

    async sweep(older_than_ms) {
      let removed = 0;
      for (const name of await readdir(folder)) {
        const orphaned =
          name.endsWith(partSuffix) || (/^\d+$/.test(name) && (await inbox.manifest(name)) === undefined);
        if (!orphaned) continue;
        const path = join(folder, name);
        const { mtimeMs } = await stat(path);
        if (mtimeMs >= older_than_ms) continue;
        await rm(path, { force: true });
        removed += 1;
      }
      return removed;
    },
  };
  return inbox;
}

/** A rename is durable once the folder itself is flushed. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
