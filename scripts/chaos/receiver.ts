import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** Where notices go to, outside of the product: what arrived here has been delivered, whatever the product remembers of it. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** Every request that was answered with 200, repeated ones included. */
  readonly received: readonly ReceivedNotice[];
}

export interface ReceivedNotice {
  /** The same for every attempt to deliver the same notice. */
  readonly webhook_id: string;
  /** What it is about, the same in every run: rule, segment, reason. */
  readonly about: string;
}

const notice = z.object({
  data: z.object({
    incident: z.object({ source: z.string(), rule_id: z.string(), segment: z.string() }),
    notification: z.object({ reason: z.string(), level: z.number(), round: z.number() }),
  }),
});

/** Starts a server that takes notices as a webhook does, and remembers them. */
export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedNotice[] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const { incident, notification } = notice.parse(JSON.parse(body)).data;
      const about = [incident.source, incident.rule_id, incident.segment, notification.reason, notification.level];
      received.push({ webhook_id: String(request.headers['webhook-id']), about: about.join(' ') });
      response.writeHead(200).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String(portOf(server.address()))}/notices`,
    received,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(z.instanceof(Buffer).parse(piece));
  return Buffer.concat(pieces).toString();
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return address.port;
}
