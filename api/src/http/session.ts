import type { IncomingMessage, ServerResponse } from 'node:http';

const cookie = 'assay_key';

/** The key a dashboard was given at login; the browser keeps it where scripts cannot read it. */
export function sessionKey(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === cookie)?.[1];
}

/** Remembers a key in the browser for 12 hours, or forgets it when it is empty. */
export function setSessionKey(response: ServerResponse, key: string, options: { secure: boolean }): void {
  const age_s = key === '' ? 0 : 12 * 3_600;
  const secure = options.secure ? '; Secure' : '';
  response.setHeader('Set-Cookie', `${cookie}=${key}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age_s}${secure}`);
}
