import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { RequestProblem } from '../problem.ts';

/** Bodies that are not files are small. */
export const jsonBytesMax = 1024 * 1024;
/** Deeper ones would overflow the stack of the parser's reviver. */
const depthMax = 100;

/** The JSON of a request's body; an empty body is an empty object. Throws RequestProblem. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new RequestProblem('unsupported_media_type', 'Send the body as application/json.');
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    const chunk = z.instanceof(Buffer).parse(piece);
    bytes += chunk.byteLength;
    if (bytes > jsonBytesMax) throw new RequestProblem('too_large', `The body is larger than ${jsonBytesMax} bytes.`);
    pieces.push(chunk);
  }
  if (bytes === 0) return {};
  const body = Buffer.concat(pieces);
  if (isTooDeep(body)) {
    throw new RequestProblem('bad_request', `The body is nested deeper than ${depthMax} levels, which is the limit.`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const parsed: unknown = JSON.parse(text, keepDigits);
    return parsed;
  } catch (cause) {
    throw new RequestProblem('bad_request', 'The body is not JSON.', { cause });
  }
}

/** Whether more brackets are open at once than `depthMax`, those inside strings not counted. */
function isTooDeep(body: Uint8Array): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === 0x22) quoted = !quoted;
    else if (quoted && byte === 0x5c) at++;
    else if (!quoted && (byte === 0x5b || byte === 0x7b) && ++depth > depthMax) return true;
    else if (!quoted && (byte === 0x5d || byte === 0x7d)) depth--;
  }
  return false;
}

/** A number that a double cannot hold keeps its digits, as text. */
function keepDigits(_key: string, value: unknown, ...[about]: unknown[]): unknown {
  if (typeof value !== 'number') return value;
  const { source } = written.parse(about);
  const digits = source.replace(/^-|[.]|[eE].*$/g, '').replace(/^0+/, '');
  return digits.length > 15 ? source : value;
}

/** What a reviver is told of a primitive beside its value: the text it was read from. */
const written = z.object({ source: z.string() });
