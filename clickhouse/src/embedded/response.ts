import type { ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import zlib from 'node:zlib';
import type { EngineError } from './errors.ts';
import type { Output, ResultStream } from './session.ts';

/** Numbers about a statement, as ClickHouse writes them in X-ClickHouse-Summary; only those that the library tells. */
export type Summary = Readonly<
  Partial<Record<'written_rows' | 'written_bytes' | 'result_rows' | 'elapsed_ns', string>>
>;

export interface ResponseOptions {
  readonly query_id: string;
  readonly encodings: readonly string[];
  readonly stream_idle_ms: number;
}

// A result up to this size is sent whole, with its true status; a longer one has begun before it can fail.
const HELD_BYTES = 256 * 1024;

const BLOCK_PAUSE_MS = 20;

/** One answer of the HTTP interface. */
export class EngineResponse {
  readonly #response: ServerResponse;
  readonly #options: ResponseOptions;
  readonly #gone: AbortSignal;
  #encoder: zlib.Gzip | zlib.BrotliCompress | zlib.ZstdCompress | zlib.Deflate | undefined;
  #tag = '';

  /** `gone` fires when the client has closed the connection. */
  constructor(response: ServerResponse, options: ResponseOptions, gone: AbortSignal) {
    this.#response = response;
    this.#options = options;
    this.#gone = gone;
    response.setHeader('X-ClickHouse-Query-Id', options.query_id);
    response.setHeader('X-ClickHouse-Server-Display-Name', 'assay-engine');
    response.setHeader('X-ClickHouse-Timezone', Intl.DateTimeFormat().resolvedOptions().timeZone);
  }

  /** Sends a whole result. */
  whole(bytes: Uint8Array, format: string, summary: Summary): void {
    this.#head(format, summary);
    if (this.#encoder !== undefined) {
      this.#encoder.end(bytes);
      return;
    }
    this.#response.setHeader('Content-Length', bytes.length);
    this.#response.end(bytes);
  }

  /** Sends a result while it is made. A failure is thrown while nothing was sent; later it cuts the connection. */
  async stream(result: ResultStream, format: string): Promise<void> {
    const held: Buffer[] = [];
    let heldBytes = 0;
    for await (const chunk of chunks(result)) {
      if (heldBytes > HELD_BYTES) {
        await this.#write(chunk);
        continue;
      }
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes > HELD_BYTES) {
        this.#head(format, {});
        await this.#write(Buffer.concat(held));
      }
    }
    if (heldBytes <= HELD_BYTES) {
      const output = await result.outcome;
      this.whole(Buffer.concat([...held, output.bytes]), format, outputSummary(output));
      return;
    }
    try {
      await result.outcome;
    } catch (cause) {
      await this.#cut(cause instanceof Error ? cause.message : String(cause));
      return;
    }
    (this.#encoder ?? this.#response).end();
  }

  /** Sends a failure; nothing was sent before. */
  fail(error: EngineError): void {
    const body = Buffer.from(`${error.message}\n`);
    this.#response.writeHead(error.status, {
      'X-ClickHouse-Exception-Code': String(error.code),
      'Content-Type': 'text/plain; charset=UTF-8',
      'Content-Length': body.length,
      ...(error.status === 503 ? { 'Retry-After': '1' } : {}),
    });
    this.#response.end(body);
  }

  #head(format: string, summary: Summary): void {
    const response = this.#response;
    const coding = this.#options.encodings.find((name) => name in ENCODERS);
    this.#tag = randomBytes(8).toString('hex');
    response.setHeader('X-ClickHouse-Exception-Tag', this.#tag);
    response.setHeader('X-ClickHouse-Format', format);
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary));
    response.setHeader('Content-Type', CONTENT_TYPES[format] ?? 'text/plain; charset=UTF-8');
    if (coding !== undefined) {
      response.setHeader('Content-Encoding', coding);
      this.#encoder = ENCODERS[coding]?.();
      this.#encoder?.pipe(response);
    }
    response.statusCode = 200;
  }

  async #write(chunk: Uint8Array): Promise<void> {
    const target = this.#encoder ?? this.#response;
    if (target.write(chunk)) return;
    const idle = setTimeout(() => this.#response.destroy(), this.#options.stream_idle_ms);
    try {
      await once(target, 'drain', { signal: this.#gone });
    } finally {
      clearTimeout(idle);
    }
  }

  /** Writes ClickHouse's exception block and breaks the connection, so that the result never looks complete. */
  async #cut(message: string): Promise<void> {
    const text = `${message}\n`;
    const block = `\r\n__exception__\r\n${this.#tag}\r\n${text}${Buffer.byteLength(text)} ${this.#tag}\r\n__exception__\r\n`;
    const response = this.#response;
    // The official client finds the block only when it arrives in one piece, so it does not follow rows at once.
    await new Promise<void>((done) => {
      if (this.#encoder === undefined) response.write('', () => done());
      else this.#encoder.flush(() => response.write('', () => done()));
    });
    await new Promise((done) => setTimeout(done, BLOCK_PAUSE_MS));
    await new Promise<void>((done) => {
      if (this.#encoder === undefined) response.write(block, () => done());
      else {
        this.#encoder.write(block);
        this.#encoder.flush(() => response.write('', () => done()));
      }
    });
    // The last chunk of the encoding is never written: to the client the response is unfinished.
    response.socket?.destroySoon();
  }
}

function outputSummary(output: Output): Summary {
  return {
    result_rows: String(output.result_rows),
    elapsed_ns: String(Math.round(output.elapsed_s * 1e9)),
  };
}

/** What comes out of the pipe until the statement has settled and all of it was read. */
async function* chunks(result: ResultStream): AsyncGenerator<Buffer> {
  for await (const chunk of result.readable) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}

const ENCODERS: Readonly<Record<string, () => zlib.Gzip | zlib.BrotliCompress | zlib.ZstdCompress | zlib.Deflate>> = {
  gzip: () => zlib.createGzip({ level: 3 }),
  deflate: () => zlib.createDeflate({ level: 3 }),
  zstd: () => zlib.createZstdCompress(),
  br: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 } }),
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
  TSV: 'text/tab-separated-values; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  JSON: 'application/json; charset=UTF-8',
  JSONCompact: 'application/json; charset=UTF-8',
  JSONStrings: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  JSONCompactEachRow: 'application/x-ndjson; charset=UTF-8',
  Native: 'application/octet-stream',
  RowBinary: 'application/octet-stream',
  Parquet: 'application/octet-stream',
};
