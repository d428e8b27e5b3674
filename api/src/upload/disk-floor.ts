import { statfs } from 'node:fs/promises';
import { RequestProblem } from '../problem.ts';

/** Throws `insufficient_storage` when `bytes` more would leave less than `floor` bytes free where `folder` is. */
export async function requireSpace(folder: string, space: { bytes: number; floor: number }): Promise<void> {
  const free = await freeBytes(folder);
  if (free - space.bytes >= space.floor) return;
  throw new RequestProblem(
    'insufficient_storage',
    `The disk of the inbox has ${free} bytes free, and ${space.floor} must stay free beside the ${space.bytes} of this file: make room, then send it again.`,
  );
}

/** What is free where a folder is, for whoever is not root. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
