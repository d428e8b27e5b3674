import type { IncomingMessage } from 'node:http';
import { pacedBody, type Pace } from './paced-body.ts';

/** The bytes of a file on their way in. */
export interface FileBody {
  /** How many there should be; undefined when nobody said. */
  readonly announced: number | undefined;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** The body of a request as it comes in; throws when it comes slower than `pace`. */
export function bodyOfRequest(request: IncomingMessage, pace: Pace): FileBody {
  const length = request.headers['content-length'];
  return { announced: length === undefined ? undefined : Number(length), pieces: pacedBody(request, pace) };
}

/** A file that somebody wrote into a field. */
export function bodyOfText(text: string): FileBody {
  const bytes = Buffer.from(text);
  return { announced: bytes.byteLength, pieces: one(bytes) };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
