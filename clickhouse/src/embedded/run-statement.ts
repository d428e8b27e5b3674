import { Readable } from 'node:stream';
import { killStatement, logComment } from './cancel.ts';
import type { Engine } from './engine.ts';
import { engineError, fromEngine } from './errors.ts';
import { quoteString, renderParameters } from './parameters.ts';
import { bodyFailure, readAll, type EngineRequest, type RequestBody } from './request.ts';
import type { EngineResponse } from './response.ts';
import type { EngineSession, Surroundings } from './session.ts';
import type { SpooledBody } from './spool.ts';
import { analyse, type Span, type Statement } from './statement.ts';
import type { Written } from './addon.ts';

interface Job {
  readonly engine: Engine;
  readonly request: EngineRequest;
  readonly response: EngineResponse;
  readonly gone: AbortSignal;
}

/** Runs the statement of a request and answers it. Throws EngineError while nothing has been sent. */
export async function runStatement(job: Job): Promise<void> {
  const { request } = job;
  const inUrl = request.query.trim() === '' ? undefined : analyse(request.query);
  if (inUrl?.kind === 'insert_data' || inUrl?.kind === 'insert_input') {
    await insertBody(job, request.query, inUrl, request.body);
    return;
  }
  const body = await reading(readAll(request.body));
  const text =
    inUrl === undefined
      ? body
      : body.length === 0
        ? Buffer.from(request.query)
        : Buffer.concat([Buffer.from(`${request.query}\n`), body]);
  await runText(job, text);
}

/** Runs SQL that is all there is of the statement. It stays bytes, since what follows INSERT … FORMAT need not be text. */
async function runText(job: Job, bytes: Buffer): Promise<void> {
  const { request } = job;
  const sql = bytes.toString('utf8');
  const statement = analyse(sql);
  const part = (span: Span): string => renderParameters(sql.slice(span.start, span.end), request.params);
  if (request.readonly && statement.kind !== 'select' && !READS.test(sql)) {
    throw engineError('READONLY', 'A GET request can only read: send the statement with POST.');
  }
  switch (statement.kind) {
    case 'select':
      await select(job, { body: part(statement.body), format: statement.format, rest: part(statement.rest) });
      return;
    case 'insert_data': {
      const start = Buffer.byteLength(sql.slice(0, statement.data.start));
      // VALUES may hold expressions with parameters; other formats are data.
      const data = statement.format === 'Values' ? Buffer.from(part(statement.data)) : bytes.subarray(start);
      await insertBody(job, sql, statement, {
        stream: Readable.from([data], { objectMode: false }),
        length: data.length,
      });
      return;
    }
    case 'insert_input':
      throw engineError(
        'NOT_IMPLEMENTED',
        "An INSERT that reads input('…') goes in the URL, and its rows in the body.",
      );
    case 'insert_plain': {
      const text = part(statement.text);
      await insert(job, (session) => session.insert(text));
      return;
    }
    case 'kill':
      await plain(job, killStatement(part(statement.text)));
      return;
    case 'other':
      await plain(job, part(statement.text), statement.format);
  }
}

const READS = /^\s*(?:SHOW|DESCRIBE|DESC|EXPLAIN|EXISTS|CHECK)\b/i;

async function select(job: Job, query: { body: string; format: string | undefined; rest: string }): Promise<void> {
  const format = query.format ?? job.request.default_format;
  await onSession(job, 'stream', async (session) => {
    const result = session.stream(query.body, format, query.rest);
    stopWithClient(job, result.outcome, () => result.readable.destroy());
    try {
      await job.response.stream(result, format);
    } catch (cause) {
      // The engine goes on computing for nobody unless it is told.
      await job.engine.canceller.killUntilSettled(job.request.query_id, result.outcome);
      throw cause;
    } finally {
      result.readable.destroy();
      // The session is free only when the engine is done with it.
      await result.outcome.catch(() => undefined);
    }
  });
}

async function plain(job: Job, sql: string, format = job.request.default_format): Promise<void> {
  await onSession(job, 'statement', async (session) => {
    if (CHANGES_SESSION.test(sql)) session.spent = true;
    const outcome = session.query(sql, format);
    stopWithClient(job, outcome);
    const output = await outcome;
    job.response.whole(output.bytes, format, {
      result_rows: String(output.result_rows),
      elapsed_ns: String(Math.round(output.elapsed_s * 1e9)),
    });
  });
}

// On a server these end with the request, so the session that ran one is replaced.
const CHANGES_SESSION = /^\s*(?:SET|USE|CREATE\s+(?:OR\s+REPLACE\s+)?TEMPORARY)\b/i;

async function insertBody(
  job: Job,
  sql: string,
  statement: Statement & { kind: 'insert_data' | 'insert_input' },
  source: RequestBody,
): Promise<void> {
  const part = (span: Span): string => renderParameters(sql.slice(span.start, span.end), job.request.params);
  if (job.request.readonly) throw engineError('READONLY', 'A GET request can only read: send the INSERT with POST.');
  if (statement.kind === 'insert_data' && source === job.request.body && statement.data.start < statement.data.end) {
    throw engineError(
      'NOT_IMPLEMENTED',
      'An INSERT in the URL ends in VALUES or FORMAT and a name; its rows are the body of the request.',
    );
  }
  await using body = await reading(job.engine.spool.receive(source.stream, source.length));
  if (statement.kind === 'insert_data') {
    const text = `${part(statement.target)} FROM INFILE ${quoteString(body.path)} COMPRESSION 'none' ${part(statement.settings)} FORMAT ${statement.format}`;
    await insert(job, (session) => session.insert(text), body);
    return;
  }
  const structure = sql.slice(statement.structure.start, statement.structure.end);
  const file = `file(${quoteString(body.path)}, ${quoteString(statement.format)}, ${structure}, 'none')`;
  const text = `${part(statement.before)} ${file} ${part(statement.after)} ${part(statement.rest)}`;
  await insert(job, (session) => session.insertFromSpool(text), body);
}

async function insert(job: Job, run: (session: EngineSession) => Promise<Written>, body?: SpooledBody): Promise<void> {
  await onSession(job, 'statement', async (session) => {
    const outcome = run(session).catch((cause: unknown) => {
      throw body === undefined ? cause : withoutPath(cause, body.path);
    });
    stopWithClient(job, outcome);
    const written = await outcome;
    job.response.whole(new Uint8Array(), job.request.default_format, {
      written_rows: String(written.rowsWritten),
      written_bytes: String(written.bytesWritten),
      elapsed_ns: String(Math.round(written.elapsed * 1e9)),
    });
  });
}

async function onSession(
  job: Job,
  kind: 'stream' | 'statement',
  work: (session: EngineSession) => Promise<void>,
): Promise<void> {
  const settings = new Map(job.request.settings);
  settings.set('log_comment', logComment(job.request.query_id, settings.get('log_comment')));
  const surroundings: Surroundings = { database: job.request.database, settings };
  await job.engine.pool.with(kind, job.gone, async (session) => {
    await session.prepare(surroundings);
    job.gone.throwIfAborted();
    await work(session);
  });
}

/** Stops the statement when its client goes away before it has ended. */
function stopWithClient(job: Job, outcome: Promise<unknown>, also: () => void = () => undefined): void {
  const onGone = (): void => {
    also();
    job.engine.canceller.killUntilSettled(job.request.query_id, outcome).catch(() => undefined);
  };
  job.gone.addEventListener('abort', onGone, { once: true });
  const settled = (): void => job.gone.removeEventListener('abort', onGone);
  outcome.then(settled, settled);
}

async function reading<T>(body: Promise<T>): Promise<T> {
  try {
    return await body;
  } catch (cause) {
    throw bodyFailure(cause);
  }
}

/** The engine speaks of the spooled file; to the sender it is the body of the request. */
function withoutPath(cause: unknown, path: string): unknown {
  const error = fromEngine(cause);
  error.message = error.message.replaceAll(/\(in file\/uri [^)]*\): /g, '').replaceAll(path, 'the request body');
  return error;
}
