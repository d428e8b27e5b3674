import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Finding } from './finding.ts';

/** What the three native parts (Node 24, the engine's library, Temporal's SDK) need together. */
const glibcNeeded = '2.28';
const nodeNeeded = 24;

export type Platform = {
  os: string;
  arch: string;
  node: string;
  /** Undefined where the C library is not glibc. */
  glibc: string | undefined;
  /** The flags of /proc/cpuinfo on Linux. */
  cpuFlags: ReadonlySet<string>;
};

/** The machine this process runs on. */
export function thisPlatform(): Platform {
  return {
    os: process.platform,
    arch: process.arch,
    node: process.versions.node,
    glibc: glibcVersion(),
    cpuFlags: cpuFlags(),
  };
}

/** Whether Assay's native parts exist for this machine. */
export function examinePlatform({ os, arch, node, glibc, cpuFlags }: Platform): Finding[] {
  return [examineNode(node), examineSystem(os, arch, glibc), ...(os === 'linux' ? [examineCpu(arch, cpuFlags)] : [])];
}

function examineNode(version: string): Finding {
  const isNew = Number(version.split('.')[0]) >= nodeNeeded;
  return {
    name: 'Node',
    verdict: isNew ? 'ok' : 'wrong',
    says: isNew
      ? version
      : `${version} is too old: Assay needs ${nodeNeeded}, which it brings along. Start it with \`npx -y pnpm@12 start\`.`,
  };
}

function examineSystem(os: string, arch: string, glibc: string | undefined): Finding {
  const name = 'system';
  const supported = 'Assay runs on Linux with glibc and on macOS, both x64 and arm64.';
  if (os !== 'linux' && os !== 'darwin')
    return { name, verdict: 'wrong', says: `${os} is not supported. ${supported} On Windows use WSL 2.` };
  if (arch !== 'x64' && arch !== 'arm64')
    return { name, verdict: 'wrong', says: `The processor architecture ${arch} is not supported. ${supported}` };
  if (os === 'darwin') return { name, verdict: 'ok', says: `macOS ${arch}` };
  if (glibc === undefined)
    return { name, verdict: 'wrong', says: `Linux without glibc (musl, as in Alpine) is not supported. ${supported}` };
  if (isOlder(glibc, glibcNeeded))
    return { name, verdict: 'wrong', says: `glibc ${glibc} is too old: Assay needs ${glibcNeeded} or newer.` };
  return { name, verdict: 'ok', says: `Linux ${arch}, glibc ${glibc}` };
}

function examineCpu(arch: string, flags: ReadonlySet<string>): Finding {
  const needed = arch === 'x64' ? ['sse4_2', 'popcnt'] : ['atomics', 'asimd'];
  const missing = needed.filter((flag) => !flags.has(flag));
  if (flags.size === 0)
    return { name: 'CPU', verdict: 'warning', says: 'Its features cannot be read from /proc/cpuinfo.' };
  return missing.length === 0
    ? { name: 'CPU', verdict: 'ok', says: `has ${needed.join(', ')}` }
    : { name: 'CPU', verdict: 'wrong', says: `lacks ${missing.join(', ')}, which the engine needs.` };
}

function isOlder(version: string, needed: string): boolean {
  return version.localeCompare(needed, 'en', { numeric: true }) < 0;
}

function glibcVersion(): string | undefined {
  const report = z.object({ header: z.object({ glibcVersionRuntime: z.string().optional() }) });
  return report.parse(process.report.getReport()).header.glibcVersionRuntime;
}

function cpuFlags(): ReadonlySet<string> {
  try {
    const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    return new Set(line?.split(' '));
  } catch {
    return new Set();
  }
}
