import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readFile, readdir, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
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
  /** Counts the loads of this content, from 1: a refused file can be read again once its source allows more. */
  attempt: z.number().int().min(1).optional(),
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
 * bytes first, then the manifest, each flushed before it gets its name, so that a crash leaves either nothing or both.
 */
export interface Inbox {
  /** Streams bytes to disk while hashing and counting. Throws FileTooLargeError past `bytes_max`; a broken stream leaves nothing. */
  receive(load_id: string, body: AsyncIterable<Uint8Array>, bytes_max: number): Promise<ReceivedBytes>;
  /**
   * Accepts received bytes: from here on the file is never forgotten. Of the same content for the same source only the first is accepted,
   * whoever else accepts it at the same moment; the others are discarded.
   * @returns what is accepted: `about`, or the manifest of the content that was there before
   */
  accept(received: ReceivedBytes, about: Manifest): Promise<Manifest>;
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
const claimSuffix = '.content';
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
          await writeWhole(handle, piece);
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
      const claim = join(folder, claimOf(about));
      const claimed = await linkNew(temporary, claim);
      const accepted = claimed ? about : await readManifest(claim);
      // Whoever claimed the content may have died before its manifest had its own name, too.
      await linkNew(claim, at(accepted.load_id, manifestSuffix));
      await rm(temporary, { force: true });
      if (!claimed && accepted.load_id !== about.load_id) await rm(at(about.load_id), { force: true });
      await flushFolder(folder);
      return accepted;
    },

    async discard(load_id) {
      const about = await inbox.manifest(load_id);
      if (about !== undefined) {
        const claim = join(folder, claimOf(about));
        const claimed = await readManifest(claim).catch(() => undefined);
        if (claimed?.load_id === load_id) await rm(claim, { force: true });
      }
      await rm(at(load_id, manifestSuffix), { force: true });
      await rm(at(load_id), { force: true });
      await rm(at(load_id, partSuffix), { force: true });
    },

    path: (load_id) => at(load_id),

    async manifest(load_id) {
      try {
        return await readManifest(at(load_id, manifestSuffix));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    async loadIds() {
      const names = await readdir(folder);
      return names
        .filter((name) => /^\d+\.json$/.test(name))
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
      const names = await readdir(folder);
      for (const name of names.filter((found) => found.endsWith(claimSuffix))) {
        const claim = join(folder, name);
        const claimed = await readManifest(claim);
        if ((await inbox.manifest(claimed.load_id)) !== undefined || (await stat(claim)).mtimeMs >= older_than_ms)
          continue;
        // A claim of bytes that are gone would turn the same content away for ever; of bytes that are here it is their acceptance.
        if (names.includes(claimed.load_id)) await linkNew(claim, at(claimed.load_id, manifestSuffix));
        else await rm(claim, { force: true });
      }
      for (const name of names) {
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

/** One write may take a part only, as on a disk that fills up; the next one then says why. */
async function writeWhole(handle: FileHandle, piece: Uint8Array): Promise<void> {
  for (let written = 0; written < piece.byteLength;) {
    const { bytesWritten } = await handle.write(piece, written);
    written += bytesWritten;
  }
}

/** A second name of the manifest that only one load of this content for this source can have. */
function claimOf({ tenant, source, sha256 }: Manifest): string {
  return `${createHash('sha256')
    .update(JSON.stringify([tenant, source, sha256]))
    .digest('hex')}${claimSuffix}`;
}

/** @returns false when there is a file of that name already */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function readManifest(path: string): Promise<Manifest> {
  return manifest.parse(JSON.parse(await readFile(path, 'utf8')));
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
