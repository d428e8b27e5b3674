import { Readable } from 'node:stream';
import { killStatement, logComment } from './cancel.ts';
import type { Engine } from './engine.ts';
import { engineError, fromEngine } from './errors.ts';
import { quoteString, renderParameters } from './parameters.ts';
import { bodyFailure, readAll, type EngineRequest, type RequestBody } from './request.ts';
import type { EngineResponse } from './response.ts';
import type { EngineSession, Surroundings } from './session.ts';
import type { SpooledBody } from './spool.ts';
import { analyse, type Effect, type Span, type Statement } from './statement.ts';
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
  if (inUrl?.kind === 'insert_plain' && body.length > 0) {
    throw engineError(
      'NOT_IMPLEMENTED',
      "An INSERT with rows in the body ends in VALUES or FORMAT and a name, and reads them by itself or by input('…').",
    );
  }
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
  const reads = statement.kind === 'select' || (statement.kind === 'other' && statement.effect === 'none');
  if (request.readonly && !reads) {
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
      await plain(job, { text: killStatement(part(statement.text)), effect: 'none' });
      return;
    case 'other':
      await plain(job, { ...statement, text: part(statement.text) });
  }
}

async function select(job: Job, query: { body: string; format: string | undefined; rest: string }): Promise<void> {
  const format = query.format ?? job.request.default_format;
  await onSession(job, 'stream', async (session) => {
    const result = session.stream(query.body, format, query.rest);
    const end = watched(job, result.outcome, () => result.readable.destroy()).catch(() => undefined);
    try {
      await job.response.stream(result, format);
    } catch (cause) {
      // The engine goes on computing for nobody unless it is told.
      await job.engine.canceller.killUntilSettled(job.request.query_id, result.outcome);
      throw cause;
    } finally {
      result.readable.destroy();
      // The session is free only when the engine is done with it.
      await end;
    }
  });
}

async function plain(job: Job, statement: { text: string; effect: Effect; format?: string }): Promise<void> {
  const format = statement.format ?? job.request.default_format;
  await onSession(job, 'statement', async (session) => {
    // On a server this ends with the request, so here the session does.
    if (statement.effect === 'session') session.spent = true;
    const output = await watched(job, session.query(statement.text, format));
    job.response.whole(output.bytes, format, {
      result_rows: String(output.result_rows),
      elapsed_ns: String(Math.round(output.elapsed_s * 1e9)),
    });
  });
}

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
    const written = await watched(job, outcome);
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

/**
 * Waits for a statement, and stops it when its client goes away before it has ended. Afterwards nobody is about to stop
 * it, so that the session can be given to another.
 */
async function watched<T>(job: Job, outcome: Promise<T>, also: () => unknown = () => undefined): Promise<T> {
  const stopping: Promise<void>[] = [];
  const onGone = (): void => {
    also();
    stopping.push(job.engine.canceller.killUntilSettled(job.request.query_id, outcome).catch(() => undefined));
  };
  job.gone.addEventListener('abort', onGone, { once: true });
  try {
    return await outcome;
  } finally {
    job.gone.removeEventListener('abort', onGone);
    await Promise.all(stopping);
  }
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
