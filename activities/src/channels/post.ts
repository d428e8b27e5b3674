import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { addressScope } from './address-scope.ts';

/** Thrown for a receiver that must not be asked; trying again would not help. */
export class ReceiverRefusedError extends Error {
  override readonly name = 'ReceiverRefusedError';
}

export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Loopback and private networks may be asked. */
  readonly allow_private: boolean;
  readonly allow_http: boolean;
  /** For everything together: name, connection, answer. */
  readonly deadline_ms?: number;
  /** Every address of a host; the operating system's answer unless a test brings its own. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
}

export interface Answer {
  readonly status_code: number;
  readonly retry_after: string | undefined;
  /** The first 64 kB of the body at most. */
  readonly body: string;
}

const bodyMax = 64 * 1024;

/**
 * Posts to a receiver named by a person, without letting it or its name lead elsewhere: the name is resolved once, every address is
 * judged, the connection goes to exactly these, redirects are not followed, no proxy is used.
 * @throws ReceiverRefusedError for a receiver that must not be asked, Error with a sentence when it gave no answer in time
 */
export async function post(call: Post): Promise<Answer> {
  const deadline = AbortSignal.timeout(call.deadline_ms ?? 15_000);
  checkUrl(call);
  const host = call.url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await Promise.race([(call.resolve ?? systemLookup)(host), aborted(deadline)]);
  for (const { address } of addresses) checkAddress(call, host, address);
  return exchange(call, pinnedTo(addresses), deadline);
}

function checkUrl({ url, allow_http }: Post): void {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allow_http)) {
    throw new ReceiverRefusedError(
      `${url.protocol}// is refused: a webhook goes over https, or over http when the target says allow_http.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new ReceiverRefusedError('A name or password inside the URL is refused; the signature proves who calls.');
  }
}

function checkAddress({ allow_private }: Post, host: string, address: string): void {
  const scope = addressScope(address);
  if (scope === 'public' || (scope === 'private' && allow_private)) return;
  const how =
    scope === 'private'
      ? 'a private network; a target that may reach it says allow_private: true'
      : 'an address that is never used for webhooks';
  throw new ReceiverRefusedError(`${host} is refused: ${address} is ${how}.`);
}

async function systemLookup(host: string): Promise<readonly Address[]> {
  return lookup(host, { all: true });
}

function pinnedTo(addresses: readonly Address[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else if (first === undefined) callback(new Error('the name has no address'), '', 0);
    else callback(null, first.address, first.family);
  };
}

function exchange(call: Post, lookup: LookupFunction, signal: AbortSignal): Promise<Answer> {
  const send = call.url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = {
    ...call.headers,
    'content-length': String(Buffer.byteLength(call.body)),
    'accept-encoding': 'identity',
  };
  return new Promise((resolve, reject) => {
    const outgoing = send(call.url, { method: 'POST', headers, lookup, signal, agent: false });
    let answered = false;
    outgoing.on('response', (response) => {
      answered = true;
      void readStart(response).then((body) => {
        outgoing.destroy();
        resolve({ status_code: response.statusCode ?? 0, retry_after: response.headers['retry-after'], body });
      });
    });
    outgoing.on('error', (error) => {
      // Once the status is there, the rest of the answer may break off.
      if (answered) return;
      reject(signal.aborted ? new Error(`${call.url.host} gave no answer in time.`, { cause: error }) : error);
    });
    outgoing.end(call.body);
  });
}

/** The first part of a body, as much as there is at its end, at the deadline, or at the limit. */
async function readStart(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let room = bodyMax;
  await new Promise<void>((resolve) => {
    response.on('data', (piece: Buffer) => {
      pieces.push(piece.subarray(0, room));
      room = Math.max(0, room - piece.length);
      if (room === 0) resolve();
    });
    response.on('end', resolve);
    response.on('error', () => resolve());
    response.on('close', resolve);
  });
  return Buffer.concat(pieces).toString('utf8');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => reject(new Error('The name of the receiver could not be resolved in time.')),
      { once: true },
    );
  });
}
