import type { IncomingMessage } from 'node:http';
import { RequestProblem } from '../problem.ts';
import { isLoopback } from './loopback.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps other web pages out. Without keys whoever reaches the port may act, so the name asked for must be this machine's own: a name
 * that an attacker's DNS points here is refused. What changes something must not come from a page of another origin.
 * Throws RequestProblem.
 */
export function guardRequest(request: IncomingMessage, options: { open: boolean; hosts: ReadonlySet<string> }): void {
  const host = request.headers.host;
  if (host === undefined || host.trim() === '')
    throw new RequestProblem('bad_request', 'The request names no host: send a Host header, such as 127.0.0.1:4400.');
  if (options.open && !isOwnName(host, options.hosts)) {
    throw new RequestProblem(
      'misdirected',
      `This Assay does not answer to the name ${host}; ask it as 127.0.0.1 or localhost.`,
    );
  }
  if (reading.has(request.method ?? '')) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign();
  const { origin } = request.headers;
  if (origin !== undefined && originHost(origin) !== host.toLowerCase()) throw foreign();
}

function foreign(): RequestProblem {
  return new RequestProblem('forbidden', 'A page of another site may not change anything here.');
}

function isOwnName(host: string, hosts: ReadonlySet<string>): boolean {
  try {
    const { hostname } = new URL(`http://${host}`);
    return isLoopback(hostname) || hosts.has(hostname);
  } catch {
    return false;
  }
}

function originHost(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
