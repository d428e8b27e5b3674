import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../trpc.ts';

/** A request on its way to an answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly request_id: string;
  /** Finds out who asks; throws for a key that does not work. */
  readonly context: () => Promise<Context>;
}

/** Answers an exchange or says that it is not for it. Throws what went wrong. */
export type Route = (exchange: Exchange) => Promise<'answered' | 'not_mine'>;
