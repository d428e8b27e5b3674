import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { randomUUID } from 'node:crypto';
import zlib from 'node:zlib';
import { engineError, type ErrorName } from './errors.ts';
import { parseMultipart } from './multipart.ts';

/** A statement as it came over HTTP. */
export interface EngineRequest {
  readonly query_id: string;
  /** SQL from the URL (or the `query` part of a multipart body); the request's body follows it. */
  readonly query: string;
  readonly database: string;
  readonly default_format: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  /** GET may only read. */
  readonly readonly: boolean;
  /** Content codings the client takes, when it asked for compression. */
  readonly encodings: readonly string[];
  readonly body: RequestBody;
}

export interface RequestBody {
  /** Decompressed bytes; its length is unknown when it was compressed or chunked. */
  readonly stream: Readable;
  readonly length: number | undefined;
}

// SQL is held in memory; rows are not, they are sent with the INSERT in the URL.
const SQL_BYTES_MAX = 64 * 1024 ** 2;

const IGNORED = new Set(['user', 'password', 'quota_key', 'wait_end_of_query', 'buffer_size', 'stacktrace']);

const UNSUPPORTED: Readonly<Record<string, string>> = {
  session_id: 'HTTP sessions',
  session_timeout: 'HTTP sessions',
  session_check: 'HTTP sessions',
  role: 'roles',
  compress: 'ClickHouse’s own compression of responses (use enable_http_compression)',
  decompress: 'ClickHouse’s own compression of requests (use Content-Encoding)',
  client_protocol_version: 'a protocol version for Native',
};

/** Takes a request apart. Throws EngineError for what the embedded engine does not do. */
export async function readRequest(message: IncomingMessage): Promise<EngineRequest> {
  const url = new URL(message.url ?? '/', 'http://engine');
  const entries: [string, string][] = [...url.searchParams];
  let body = requestBody(message);
  const contentType = message.headers['content-type'] ?? '';
  if (/^multipart\/form-data\b/i.test(contentType)) {
    entries.push(...parseMultipart(await readAll(body), contentType));
    body = { stream: body.stream, length: 0 };
  }

  const found = new Map<string, string>();
  const settings = new Map<string, string>();
  const params = new Map<string, string>();
  for (const [name, value] of entries) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value);
    else if (['query', 'query_id', 'database', 'default_format'].includes(name)) found.set(name, value);
    else if (IGNORED.has(name)) continue;
    else settings.set(settingName(name, value), value);
  }
  return {
    query_id: found.get('query_id') ?? randomUUID(),
    query: found.get('query') ?? '',
    database: found.get('database') ?? header(message, 'x-clickhouse-database') ?? 'default',
    default_format: formatName(found.get('default_format') ?? header(message, 'x-clickhouse-format') ?? 'TabSeparated'),
    settings,
    params,
    readonly: message.method === 'GET' || message.method === 'HEAD',
    encodings: isOn(settings.get('enable_http_compression')) ? acceptedEncodings(message) : [],
    body,
  };
}

/** The rest of a body that holds SQL. Throws EngineError 62 over 64 MiB. */
export async function readAll(body: RequestBody): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body.stream.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > SQL_BYTES_MAX) {
      throw engineError(
        'SYNTAX_ERROR',
        `The query is longer than ${SQL_BYTES_MAX} bytes. Send rows as the body of the request, and the INSERT in its URL.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function settingName(name: string, value: string): string {
  const unsupported = UNSUPPORTED[name];
  if (unsupported !== undefined && !['', '0'].includes(value)) {
    throw engineError('NOT_IMPLEMENTED', `The embedded engine has no support for ${unsupported}: leave ${name} out.`);
  }
  if (unsupported !== undefined || !/^[A-Za-z_]\w*$/.test(name)) {
    throw engineError('UNKNOWN_SETTING', `Unknown setting '${name}'.`);
  }
  return name;
}

function formatName(name: string): string {
  if (!/^\w+$/.test(name)) throw engineError('SYNTAX_ERROR', `'${name}' is not the name of a format.`);
  return name;
}

function requestBody(message: IncomingMessage): RequestBody {
  const coding = message.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') {
    const length = message.headers['content-length'];
    return { stream: message, length: length === undefined ? undefined : Number(length) };
  }
  const decoder = DECODERS[coding]?.();
  if (decoder === undefined) {
    throw engineError(
      'NOT_IMPLEMENTED',
      `The Content-Encoding '${coding}' is not supported: use gzip, zstd, br or deflate.`,
    );
  }
  // A broken body ends the decoder and not the connection, on which its sender is told.
  message.on('error', (cause) => decoder.destroy(cause));
  decoder.on('error', () => message.unpipe(decoder));
  message.pipe(decoder);
  return { stream: decoder, length: undefined };
}

const DECODERS: Readonly<Record<string, () => Duplex>> = {
  gzip: () => zlib.createGunzip({ chunkSize: 256 * 1024 }),
  'x-gzip': () => zlib.createGunzip({ chunkSize: 256 * 1024 }),
  deflate: () => zlib.createInflate({ chunkSize: 256 * 1024 }),
  br: () => zlib.createBrotliDecompress({ chunkSize: 256 * 1024 }),
  zstd: () => zlib.createZstdDecompress({ chunkSize: 256 * 1024 }),
};

/** What a failure while a body is read means to its sender. */
export function bodyFailure(cause: unknown): unknown {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return cause;
  const name: ErrorName | undefined = /^(?:Z_|ERR__?ZLIB|ERR_BROTLI|ZSTD|ERR_ZSTD|ERR__ERROR_FORMAT)/.test(cause.code)
    ? 'CANNOT_DECOMPRESS'
    : undefined;
  return name === undefined
    ? cause
    : engineError(name, `The request body cannot be decompressed: ${cause.message}. Nothing was written.`);
}

function acceptedEncodings(message: IncomingMessage): string[] {
  const accepted = header(message, 'accept-encoding') ?? '';
  return accepted
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
    .map((part) => part.replace(/;.*$/, ''));
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

function header(message: IncomingMessage, name: string): string | undefined {
  const value = message.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
