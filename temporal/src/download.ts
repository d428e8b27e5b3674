import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { FetchBinary } from './fetch-binary.ts';
import { temporalVersion } from './version.ts';

const service = 'https://temporal.download';
const answer = z.object({ archiveUrl: z.url(), fileToExtract: z.string() });

/** Downloads the server from where the Temporal SDKs get theirs; answers why not, or undefined when it stands in place. */
export async function downloadTemporal(
  { destination, report }: FetchBinary,
  from: string = service,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(dirname(destination), 'download-'));
  try {
    const query = new URLSearchParams({ arch: architecture(), platform: process.platform, format: 'tar.gz' });
    const found = await fetch(`${from}/cli/${temporalVersion}?${query.toString()}`, {
      signal: AbortSignal.timeout(5_000),
    });
    if (!found.ok) return `The Temporal download service answered ${found.status}.`;
    const { archiveUrl, fileToExtract } = answer.parse(await found.json());
    report(`Downloading the Temporal server ${temporalVersion}.`);
    await extract(archiveUrl, fileToExtract, folder);
    const binary = join(folder, fileToExtract);
    await chmod(binary, 0o755);
    await rename(binary, destination);
    return undefined;
  } catch (error) {
    return `The Temporal server could not be downloaded: ${reason(error)}.`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function extract(archiveUrl: string, file: string, folder: string): Promise<void> {
  const archive = await fetch(archiveUrl, { signal: AbortSignal.timeout(300_000) });
  if (!archive.ok || !archive.body) throw new Error(`the archive answered ${archive.status}`);
  const tar = spawn('tar', ['-xzf', '-', '-C', folder, file], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(tar, 'close');
  await pipeline(archive.body, tar.stdin);
  await ended;
  if (tar.exitCode !== 0) throw new Error(`tar ended with code ${tar.exitCode}`);
}

function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
