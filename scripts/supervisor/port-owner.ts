import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

export type PortOwner = { pid: number; program: string };

/** Who listens on a TCP port of this machine, as far as this user may know. */
export function portOwner(port: number): PortOwner | undefined {
  return process.platform === 'linux' ? ownerFromProc(port) : ownerFromLsof(port);
}

function ownerFromProc(port: number): PortOwner | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    for (const target of openFiles(pid)) if (inodes.has(target)) return { pid: Number(pid), program: programOf(pid) };
  return undefined;
}

/** The name of its file; Node calls its processes `MainThread`. Whose file may not be seen is known by that name only. */
function programOf(pid: string): string {
  const [file] = openFile(`/proc/${pid}/exe`);
  return file === undefined ? read(`/proc/${pid}/comm`).trim() : basename(file.replace(/ \(deleted\)$/, ''));
}

/** Lines look like `0: 0100007F:1130 00000000:0000 0A … inode`; state 0A is LISTEN. */
function listeningInodes(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return read(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
    .map((fields) => `socket:[${fields[9] ?? ''}]`);
}

function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => openFile(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

/** What a link of /proc leads to; some are closed again while we look. */
function openFile(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

function ownerFromLsof(port: number): PortOwner | undefined {
  try {
    const out = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { stdio: 'pipe' }).toString();
    const pid = /^p(\d+)$/m.exec(out)?.[1];
    return pid === undefined ? undefined : { pid: Number(pid), program: /^c(.+)$/m.exec(out)?.[1] ?? 'unknown' };
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
