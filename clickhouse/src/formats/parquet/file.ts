import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makePipes, openPipe } from '../../embedded/result-pipe.ts';
import { openBytes } from '../byte-source.ts';
import type { ParquetLayout } from '../define.ts';
import type { NewColumn } from '../infer-type.ts';
import { parquetFindings, type ParquetFinding } from './findings.ts';
import { checkParquetFrame } from './frame.ts';
import type { ParquetMessage } from './messages.ts';
import { ParquetProcess } from './process.ts';
import { engineRefusal, limitRefusal } from './refusal.ts';
import { parquetColumnKind } from './column-kind.ts';
import type { ByteLimits, ParquetLimits } from '../read-limits.ts';
import { RefusedFile } from '../refused-file.ts';

export interface OpenParquetOptions {
  readonly path: string;
  readonly bytes: ByteLimits;
  readonly limits: ParquetLimits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A Parquet file, opened by a process of its own. Its schema gives the columns of a source that has none; a column with
 * values that are no UTF-8 text is one of hexadecimal text, shapes are well-known binary in hexadecimal, nested values are JSON.
 * Where the file packs its levels in a way that is not known, or is past `scratch_bytes_max`, null lists, maps and structs are
 * read as empty ones, which is a finding.
 */
export interface ParquetFile {
  readonly layout: ParquetLayout;
  readonly columns: readonly NewColumn[];
  readonly findings: readonly ParquetFinding[];
  /** Rows the file says it has. */
  readonly rows: number;
  /**
   * The rows, once, as content for the reader of `layout`. Throws RefusedFile when the file turns out to be damaged,
   * when it is past a limit, or when the process dies on it.
   */
  content(): AsyncGenerator<Buffer, void>;
  /** Ends the process. To be called in any case. */
  close(): Promise<void>;
}

type Inspected = Extract<ParquetMessage, { kind: 'inspected' }>;

type Earliest = Extract<ParquetMessage, { kind: 'earliest' }>;

/** Opens a Parquet file, gzip or zstd around it or not. Throws RefusedFile; an Error when the process cannot start. */
export async function openParquet(options: OpenParquetOptions): Promise<ParquetFile> {
  const { running, close } = await startProcess(options, null);
  try {
    const inspected = await running.first('inspected');
    return { ...kept(inspected), rows: inspected.rows, content: () => running.content(), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/**
 * The earliest values of a column as text, none when the file has no such column or no values in it. Throws RefusedFile; an Error when
 * the process cannot start.
 */
export async function earliestInParquet(options: OpenParquetOptions, column: string): Promise<Omit<Earliest, 'kind'>> {
  const { running, close } = await startProcess(options, column);
  try {
    return await running.first('earliest');
  } finally {
    await close();
  }
}

async function startProcess(
  { path, bytes, limits, signal }: OpenParquetOptions,
  earliest_of: string | null,
): Promise<{ readonly running: Running; readonly close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-parquet-'));
  const link = join(folder, 'file.parquet');
  const pipe = join(folder, 'rows');
  let child: ParquetProcess | undefined;
  const close = async (): Promise<void> => {
    await child?.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await placeFile({ path, link, bytes, signal });
    await checkParquetFrame(link);
    const { size } = await stat(link);
    makePipes([pipe]);
    const { memory_bytes_max, rows_max, columns_max, scratch_bytes_max } = limits;
    const { bytes_out_max } = bytes;
    const engine_folder = join(folder, 'engine');
    const most = { memory_bytes_max, rows_max, columns_max, bytes_out_max, scratch_bytes_max };
    child = new ParquetProcess(
      { path: link, pipe, engine_folder, scratch_folder: folder, ...most, earliest_of },
      limits,
    );
    return { running: new Running({ child, pipe, link, size, bytes_out_max, limits, signal }), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

interface Placement {
  readonly path: string;
  readonly link: string;
  readonly bytes: ByteLimits;
  readonly signal: AbortSignal | undefined;
}

/** Gives the file a name without letters the engine would read as a pattern; unpacked, when it is compressed. */
async function placeFile({ path, link, bytes, signal }: Placement): Promise<void> {
  const source = await openBytes({ from: path, limits: bytes, signal });
  try {
    if (source.compression === 'none') {
      const { size } = await stat(path);
      if (size > bytes.bytes_in_max) {
        throw new RefusedFile(
          'limit',
          `The file has more than ${bytes.bytes_in_max} bytes, the limit bytes_in_max of this source.`,
        );
      }
      await symlink(resolve(path), link);
      return;
    }
    await pipeline(Readable.from(source.chunks), createWriteStream(link));
    if (source.end?.kind === 'damaged') throw new RefusedFile('damaged', source.end.reason);
  } finally {
    await source.close();
  }
}

interface RunningOptions {
  readonly child: ParquetProcess;
  readonly pipe: string;
  readonly link: string;
  readonly size: number;
  readonly bytes_out_max: number;
  readonly limits: ParquetLimits;
  readonly signal: AbortSignal | undefined;
}

class Running {
  readonly #options: RunningOptions;

  constructor(options: RunningOptions) {
    this.#options = options;
  }

  /** Lets the process open the file and waits for what it tells first. */
  async first<Kind extends 'inspected' | 'earliest'>(kind: Kind): Promise<Extract<ParquetMessage, { kind: Kind }>> {
    const { child } = this.#options;
    await this.#inTime(() => child.start());
    const message = await this.#inTime(() => child.message());
    if (isOf(kind, message)) return message;
    throw this.#refusal(message);
  }

  async *content(): AsyncGenerator<Buffer, void> {
    const { child } = this.#options;
    const pipe = openPipe(this.#options.pipe);
    const { readable } = pipe;
    let closed = false;
    const endPipe = (): void => {
      if (!closed) pipe.close();
      closed = true;
    };
    // The pipe stays open at our end until the process has said how it ended: only then is an end of rows one.
    const outcome = child.message().finally(endPipe);
    outcome.catch(() => undefined);
    try {
      child.beginRows();
      const pieces: AsyncIterator<Buffer> = readable[Symbol.asyncIterator]();
      let bytes = 0;
      for (;;) {
        const piece = await this.#inTime(() => pieces.next());
        if (piece.done === true) break;
        bytes += piece.value.length;
        this.#countBytes(bytes);
        yield piece.value;
      }
      const message = await outcome;
      if (message.kind !== 'done') throw this.#refusal(message);
    } finally {
      readable.destroy();
      endPipe();
    }
  }

  #countBytes(bytes: number): void {
    const { size, bytes_out_max, limits } = this.#options;
    if (bytes > bytes_out_max) {
      throw new RefusedFile(
        'limit',
        `The rows of the Parquet file have more than ${bytes_out_max} bytes, the limit bytes_out_max of this source.`,
      );
    }
    if (bytes > limits.ratio_from_bytes && bytes > size * limits.ratio_max) {
      throw new RefusedFile(
        'limit',
        `The rows of the Parquet file have more than ${limits.ratio_max} times its size, the limit ratio_max of Parquet files.`,
      );
    }
  }

  #refusal(message: ParquetMessage): Error {
    const { link, limits } = this.#options;
    switch (message.kind) {
      case 'failed':
        return engineRefusal(message, link, limits);
      case 'over_limit':
        return limitRefusal(message);
      case 'ready':
      case 'inspected':
      case 'earliest':
      case 'done':
        return new Error(`The process that reads Parquet files said "${message.kind}" out of turn.`);
    }
  }

  /** Kills the process when one step takes too long, which ends the step. */
  async #inTime<T>(step: () => Promise<T>): Promise<T> {
    const { child, limits, signal } = this.#options;
    signal?.throwIfAborted();
    const kill = (): void => child.killAsStalled();
    const timer = setTimeout(kill, limits.stall_seconds_max * 1000);
    signal?.addEventListener('abort', kill, { once: true });
    try {
      return await step();
    } catch (cause) {
      signal?.throwIfAborted();
      throw cause;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
    }
  }
}

function isOf<Kind extends ParquetMessage['kind']>(
  kind: Kind,
  message: ParquetMessage,
): message is Extract<ParquetMessage, { kind: Kind }> {
  return message.kind === kind;
}

function kept(inspected: Inspected): Pick<ParquetFile, 'layout' | 'columns' | 'findings'> {
  const columns = inspected.columns.map((column) => {
    const { type, kind } = parquetColumnKind(column);
    return column.hex_values > 0
      ? { name: column.name, type: { kind: 'string' } as const, kind: 'text' as const }
      : { name: column.name, type, kind };
  });
  return {
    layout: {
      format: 'parquet',
      fields: columns.map(({ name }) => name),
      kinds: columns.map(({ kind }) => kind),
    },
    columns: columns.map(({ name, type }) => ({ name, type })),
    findings: inspected.columns.flatMap(parquetFindings),
  };
}
