import type { IncomingMessage } from 'node:http';
import { userInfo } from 'node:os';
import { apiKeyByHash, hashOfApiKey, looksLikeApiKey, sameHash, via, type Querier, type Via } from '@assay/clickhouse';
import type { Caller } from '../caller.ts';
import { RequestProblem } from '../problem.ts';
import { isLoopback } from './loopback.ts';
import { sessionKey } from './session.ts';

/** A key that was found good is not looked up again for this long; a revoked one ends within it. */
const trusted_ms = 1_000;
const trustedMost = 10_000;

/** Finds out who asks. Throws `unauthenticated` for a key that does not work; undefined when a key is needed and none was sent. */
export type Authenticate = (request: IncomingMessage) => Promise<Caller | undefined>;

/**
 * @param deps.db a querier without tenant: a key tells its own
 * @param deps.open whether people at this machine need no key, which is so when nobody else can reach the port
 */
export function createAuthenticate(deps: { db: Querier; open: boolean; now: () => number }): Authenticate {
  const trusted = new Map<string, { caller: Omit<Caller, 'via'>; until: number }>();

  return async (request) => {
    const key = bearerOf(request) ?? sessionKey(request);
    const through = viaOf(request);
    if (key === undefined) {
      const atThisMachine = deps.open && isLoopback(request.socket.remoteAddress ?? '');
      return atThisMachine ? { tenant: 'default', actor: osUser(), role: 'admin', via: through } : undefined;
    }
    const sha256 = hashOfApiKey(key);
    const known = trusted.get(sha256);
    if (known !== undefined && known.until > deps.now()) return { ...known.caller, via: through };
    trusted.delete(sha256);
    const found = looksLikeApiKey(key) ? await apiKeyByHash(deps.db, sha256) : undefined;
    if (found === undefined || !sameHash(found.sha256, sha256) || found.revoked_at !== null) {
      throw new RequestProblem('unauthenticated', 'This API key does not work: it is unknown or was revoked.');
    }
    const caller = { tenant: found.tenant, actor: found.name, role: found.role };
    if (trusted.size >= trustedMost) trusted.clear();
    trusted.set(sha256, { caller, until: deps.now() + trusted_ms });
    return { ...caller, via: through };
  };
}

function bearerOf(request: IncomingMessage): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const [scheme, key, ...rest] = authorization.split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || key === undefined || rest.length > 0) {
    throw new RequestProblem('unauthenticated', 'Send the key as "Authorization: Bearer assay_…".');
  }
  return key;
}

/** What a client says it is; for the record only. */
function viaOf(request: IncomingMessage): Via {
  const said = via.exclude(['system']).safeParse(request.headers['x-assay-client']);
  return said.success ? said.data : 'api';
}

function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
