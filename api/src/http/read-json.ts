import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { RequestProblem } from '../problem.ts';
import { inputDepthMax } from '../readable-input.ts';

/** Bodies that are not files are small. */
export const jsonBytesMax = 1024 * 1024;

/** The JSON of a request's body; an empty body is an empty object. Throws RequestProblem. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new RequestProblem('unsupported_media_type', 'Send the body with the header Content-Type: application/json.');
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (hasBody && encoding.toLowerCase() !== 'identity') {
    throw new RequestProblem(
      'unsupported_media_type',
      `Send the body as it is: Content-Encoding ${encoding} is not read here.`,
    );
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    const chunk = z.instanceof(Buffer).parse(piece);
    bytes += chunk.byteLength;
    if (bytes > jsonBytesMax) throw bodyTooLarge();
    pieces.push(chunk);
  }
  if (bytes === 0) return {};
  const body = Buffer.concat(pieces);
  if (isTooDeep(body)) {
    throw new RequestProblem(
      'bad_request',
      `The body is nested deeper than ${inputDepthMax} levels, which is the limit.`,
    );
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const parsed: unknown = JSON.parse(text, keepDigits);
    return parsed;
  } catch (cause) {
    throw new RequestProblem('bad_request', `The body is not JSON${whereIn(cause)}.`, { cause });
  }
}

/** Whether more brackets are open at once than `inputDepthMax`, those inside strings not counted. */
function isTooDeep(body: Uint8Array): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === 0x22) quoted = !quoted;
    else if (quoted && byte === 0x5c) at++;
    else if (!quoted && (byte === 0x5b || byte === 0x7b) && ++depth > inputDepthMax) return true;
    else if (!quoted && (byte === 0x5d || byte === 0x7d)) depth--;
  }
  return false;
}

/** A number that a double cannot hold keeps its digits, as text. */
function keepDigits(_key: string, value: unknown, ...[about]: unknown[]): unknown {
  if (typeof value !== 'number') return value;
  const { source } = written.parse(about);
  const digits = source.replace(/^-|[.]|[eE].*$/g, '').replace(/^0+/, '');
  const isBeyond = !Number.isFinite(value) || (value === 0 && digits !== '');
  return digits.length > 15 || isBeyond ? source : value;
}

/** What is refused with when a body that is no file is too large. */
export function bodyTooLarge(): RequestProblem {
  const most = jsonBytesMax.toLocaleString('en');
  const message = `The body is larger than the ${most} bytes that it may have; files go to POST /api/v1/sources/{source}/files.`;
  return new RequestProblem('too_large', message);
}

/** What the parser says of the place, without the text it quotes. */
function whereIn(cause: unknown): string {
  const place =
    cause instanceof SyntaxError ? /at position \d+(?: \(line \d+ column \d+\))?/.exec(cause.message)?.[0] : undefined;
  if (place !== undefined) return `: it breaks ${place}`;
  return cause instanceof TypeError ? ': it is no UTF-8' : ': it ends too early, or is none from the start';
}

/** What a reviver is told of a primitive beside its value: the text it was read from. */
const written = z.object({ source: z.string() });
