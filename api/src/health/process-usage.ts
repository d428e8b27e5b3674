import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface ProcessUsage {
  readonly name: string;
  readonly cpu_s: number;
  readonly resident_bytes: number;
}

/** What the supervisor of this copy writes about its processes. */
const runFile = z.object({ processes: z.array(z.object({ name: z.string(), pid: z.number().int() })) });

/** Linux counts CPU time in these. */
const ticksPerSecond = 100;

/** CPU and memory of this process, and on Linux of every process that the supervisor of this copy started. */
export async function processUsage(data_dir: string): Promise<ProcessUsage[]> {
  const { user, system } = process.cpuUsage();
  const own = { name: 'api', cpu_s: (user + system) / 1e6, resident_bytes: process.memoryUsage.rss() };
  const others = (await processesOf(data_dir)).filter(({ pid }) => pid !== process.pid);
  const usages = await Promise.all(others.map(usageOf));
  return [own, ...usages.filter((usage) => usage !== undefined)];
}

/** The processes that the supervisor of this copy started; none where they were started by somebody else. */
export async function processesOf(data_dir: string): Promise<{ name: string; pid: number }[]> {
  try {
    return runFile.parse(JSON.parse(await readFile(join(data_dir, 'run.json'), 'utf8'))).processes;
  } catch {
    return [];
  }
}

async function usageOf({ name, pid }: { name: string; pid: number }): Promise<ProcessUsage | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? '0';
    const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    return { name, cpu_s: ticks / ticksPerSecond, resident_bytes: Number(resident) * 1_024 };
  } catch {
    // The process is gone, or this is no Linux.
    return undefined;
  }
}
