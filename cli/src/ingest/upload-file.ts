import { createReadStream } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Transform, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Receipt } from '@assay/api';
import { z } from 'zod';
import { notAnswering, notAssay, type Api } from '../api.ts';
import { Stop } from '../stop.ts';
import type { InputFile } from './input-files.ts';

export interface Upload {
  readonly file: InputFile;
  readonly source: string;
  readonly backfill: boolean;
  readonly again: boolean;
  readonly replaces: string | undefined;
}

const receipt: z.ZodType<Receipt> = z.object({
  load_id: z.string(),
  url: z.string(),
  source: z.string(),
  file: z.string(),
  bytes: z.string(),
  sha256: z.string(),
  duplicate: z.boolean(),
  state: z.enum([
    'received',
    'loading',
    'committed',
    'checking',
    'loaded',
    'partial',
    'held',
    'refused',
    'withdrawn',
    'expired',
  ]),
  recheck_workflow_id: z.string(),
});
const refusal = z.object({ message: z.string() });

/**
 * Sends a file, never holding more than a piece of it. A file on disk is sent once more when the connection breaks under it: the same
 * content is the same load. Throws Stop with the API's own sentence when it is not taken.
 */
export async function uploadFile(
  api: Api,
  upload: Upload,
  told: { sent: (bytes: number) => void; again: (reason: string) => void },
): Promise<Receipt> {
  try {
    return await uploadOnce(api, upload, told.sent);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    if (upload.file.kind !== 'file') throw broken(api, upload.file, error);
    told.again(`The connection broke while ${upload.file.name} was sent (${error.message}); it is sent once more.`);
    return await uploadOnce(api, upload, told.sent).catch((second: unknown) => {
      throw second instanceof Broken ? broken(api, upload.file, second) : second;
    });
  }
}

/** The connection ended before the answer. */
class Broken extends Error {
  readonly whole: boolean;

  /** @param whole whether all of the body had been sent */
  constructor(message: string, whole: boolean) {
    super(message);
    this.whole = whole;
  }
}

function broken({ url }: Api, { name }: InputFile, { message, whole }: Broken): Stop {
  const what = `The connection to Assay at ${url} broke while ${name} was sent (${message})`;
  return whole
    ? new Stop(`${what}, before an answer came. Send it again: if it was accepted, the same content is the same load.`)
    : new Stop(`${what}: nothing of it was accepted. Send it again.`);
}

async function uploadOnce(api: Api, upload: Upload, sent: (bytes: number) => void): Promise<Receipt> {
  const { file } = upload;
  const headers = {
    ...api.headers,
    'Content-Type': 'application/octet-stream',
    ...(file.kind === 'file' ? { 'Content-Length': String(file.bytes) } : {}),
  };
  const answer = await send(addressOf(api, upload), headers, bytesOf(file, sent)).catch((error: unknown) => {
    throw error instanceof Stop || error instanceof Broken ? error : notAnswering(api.url, error);
  });
  if (answer.status === 202) return readAnswer(receipt, answer, api.url);
  throw new Stop(`${file.name} was not taken: ${readAnswer(refusal, answer, api.url).message}`);
}

function addressOf(api: Api, upload: Upload): URL {
  const url = new URL(`${api.url}/api/v1/sources/${encodeURIComponent(upload.source)}/files`);
  url.searchParams.set('file', upload.file.name);
  if (upload.backfill) url.searchParams.set('backfill', 'true');
  if (upload.again) url.searchParams.set('again', 'true');
  if (upload.replaces !== undefined) url.searchParams.set('replaces', upload.replaces);
  return url;
}

function bytesOf(file: InputFile, sent: (bytes: number) => void): Readable {
  let bytes = 0;
  const changed = () => new Stop(`${file.name} changed while it was sent: send it again when it is complete.`);
  const counting = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.byteLength;
      sent(piece.byteLength);
      if (file.kind === 'file' && bytes > file.bytes) done(changed());
      else done(null, piece);
    },
    flush(done) {
      done(file.kind === 'file' && bytes < file.bytes ? changed() : null);
    },
  });
  const from = file.kind === 'stdin' ? process.stdin : createReadStream(file.path, { highWaterMark: 256 * 1024 });
  from.on('error', (error: Error) => counting.destroy(new Stop(`${file.name} cannot be read: ${error.message}.`)));
  return from.pipe(counting);
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** An answer may come before the body is sent; then the rest of it is not wanted. */
async function send(url: URL, headers: Record<string, string>, body: Readable): Promise<Answer> {
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, { method: 'POST', headers });
  const answered = new Promise<Answer>((resolve, reject) => {
    let isConnected = false;
    request.on('socket', (socket) => {
      isConnected = !socket.connecting;
      socket.once('connect', () => (isConnected = true));
    });
    request.on('error', (error) => {
      reject(isConnected ? new Broken(error.message, request.writableFinished) : error);
    });
    request.on('response', (response) => {
      text(response).then((read) => {
        resolve({ status: response.statusCode ?? 0, body: read });
      }, reject);
    });
  });
  const sending = pipeline(body, request).catch((error: unknown) => {
    if (error instanceof Stop) throw error;
  });
  const [answer] = await Promise.all([answered, sending]);
  return answer;
}

/** @throws Stop when the answer is none of Assay's, as from a proxy before it. */
function readAnswer<T>(shape: z.ZodType<T>, { body }: Answer, url: string): T {
  try {
    return shape.parse(JSON.parse(body));
  } catch {
    throw notAssay(url);
  }
}
