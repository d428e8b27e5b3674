import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Finding } from './finding.ts';

const gib = 1024 ** 3;
const memoryWanted_bytes = 4 * gib;
const diskNeeded_bytes = gib;
const diskWanted_bytes = 5 * gib;

/** Cores, memory and disk; little of them makes Assay slow, only a full disk keeps it from starting. */
export async function examineResources(dataDir: string): Promise<Finding[]> {
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const cores = availableParallelism();
  return [
    {
      name: 'cores',
      verdict: cores >= 2 ? 'ok' : 'warning',
      says: cores >= 2 ? String(cores) : 'one: loading and checking a file take turns. Two or more are better.',
    },
    {
      name: 'memory',
      verdict: memory >= memoryWanted_bytes ? 'ok' : 'warning',
      says:
        memory >= memoryWanted_bytes
          ? `${gibs(memory)}, ${gibs(process.availableMemory())} free`
          : `${gibs(memory)} is little: big files may be refused for memory. ${gibs(memoryWanted_bytes)} are comfortable.`,
    },
    await examineDisk(dataDir),
  ];
}

async function examineDisk(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(nearestFolder(dataDir));
  const free = bavail * bsize;
  const name = 'disk';
  if (free < diskNeeded_bytes)
    return {
      name,
      verdict: 'wrong',
      says: `${gibs(free)} are free for ${dataDir}; ${gibs(diskNeeded_bytes)} are needed. Free some, or move ASSAY_DATA_DIR.`,
    };
  if (free < diskWanted_bytes)
    return {
      name,
      verdict: 'warning',
      says: `${gibs(free)} are free for ${dataDir}; a load needs three times its file.`,
    };
  return { name, verdict: 'ok', says: `${gibs(free)} free for ${dataDir}` };
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

function gibs(bytes: number): string {
  return `${(bytes / gib).toFixed(1)} GiB`;
}
