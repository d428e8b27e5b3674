import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { countWorkingKeys } from '@assay/clickhouse';
import type { ApiEnv } from './env.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createHttpServer } from './http/create-server.ts';
import { isLoopback } from './http/loopback.ts';
import { createStatic } from './http/static-files.ts';
import { openServices } from './open-services.ts';
import type { Services } from './services.ts';
import { usualPace, type Pace } from './upload/paced-body.ts';

const dashboard = join(import.meta.dirname, '../../web/build');

export interface RunningApi extends AsyncDisposable {
  readonly url: string;
  readonly services: Services;
}

/** Why the API does not start, as a sentence for whoever started it. */
export class StartRefusedError extends Error {}

/** Starts to listen. Throws StartRefusedError when others could reach a port that needs no key, or the port is taken. */
export async function startApi(env: ApiEnv, options: { pace?: Pace } = {}): Promise<RunningApi> {
  const pace = options.pace ?? usualPace;
  const { ASSAY_HOST: host, ASSAY_PORT: port } = env;
  const open = isLoopback(host);
  let listening_port = port;
  const services = await openServices(env, pace, () => env.ASSAY_DASHBOARD_URL ?? urlOf(host, listening_port));
  try {
    if (!open) await requireKeys(services, host);
    const server = createHttpServer({
      services,
      open,
      authenticate: createAuthenticate({ db: services.connection.querier(''), open, now: services.now }),
      pace,
      serveStatic: await createStatic(dashboard),
      data_dir: env.ASSAY_DATA_DIR,
      hosts: new Set([host, new URL(services.links.base).hostname]),
    });
    server.listen(port, host);
    await once(server, 'listening').catch((error: unknown) => {
      throw new StartRefusedError(
        `Assay cannot listen on ${urlOf(host, port)}: ${error instanceof Error ? error.message : 'the port is taken'}.`,
      );
    });
    listening_port = portOf(server.address());
    return {
      url: urlOf(host, listening_port),
      services,
      async [Symbol.asyncDispose]() {
        const closed = once(server, 'close');
        server.close();
        services.feed.close();
        server.closeIdleConnections();
        setTimeout(() => {
          server.closeAllConnections();
        }, 5_000).unref();
        await closed;
        await services[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await services[Symbol.asyncDispose]();
    throw error;
  }
}

async function requireKeys(services: Services, host: string): Promise<void> {
  if ((await countWorkingKeys(services.connection.querier(''))) > 0) return;
  throw new StartRefusedError(
    `Assay does not listen on ${host} without API keys: everybody who reaches that address could read and change everything. ` +
      'Make the first key on this machine with `assay keys create --role admin --name NAME`, then start again; or set ASSAY_HOST=127.0.0.1.',
  );
}

function portOf(address: AddressInfo | string | null): number {
  return address === null || typeof address === 'string' ? 0 : address.port;
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}
