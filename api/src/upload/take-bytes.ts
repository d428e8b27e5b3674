import type { ReceivedBytes } from '@assay/clickhouse';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { requireSpace } from './disk-floor.ts';
import type { FileBody } from './file-body.ts';

export interface TakeLimits {
  readonly folder: string;
  readonly bytes_max: number;
  readonly disk_floor: number;
}

const lookEveryBytes = 64 * 1024 * 1024;

/**
 * Streams the body of an upload into the inbox. Whatever goes wrong, nothing of it is left there. Throws RequestProblem, and
 * FileTooLargeError past `bytes_max`.
 */
export async function takeBytes(
  ctx: AuthorizedContext,
  upload: { body: FileBody; load_id: string },
  limits: TakeLimits,
): Promise<ReceivedBytes> {
  const { inbox } = ctx.services;
  const { load_id } = upload;
  const { announced, pieces } = upload.body;
  if (announced !== undefined && announced > limits.bytes_max) {
    throw new RequestProblem('too_large', `The file has ${announced} bytes, and the limit is ${limits.bytes_max}.`);
  }
  await requireSpace(limits.folder, { bytes: announced ?? 0, floor: limits.disk_floor });

  const body = watchingSpace(pieces, limits);
  const received = await inbox.receive(load_id, body, limits.bytes_max).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new RequestProblem(
        'insufficient_storage',
        'The disk of the inbox is full: make room, then send the file again.',
        { cause: error },
      );
    }
    throw error;
  });
  if (announced !== undefined && received.bytes !== String(announced)) {
    await inbox.discard(load_id);
    throw new RequestProblem(
      'bad_request',
      `The file has ${received.bytes} bytes, not the ${announced} it was announced with; nothing of it is kept.`,
    );
  }
  return received;
}

/** Looks at the disk every so often, as a body without a length may be any size. */
async function* watchingSpace(pieces: AsyncIterable<Uint8Array>, limits: TakeLimits): AsyncGenerator<Uint8Array> {
  let unwatched = 0;
  for await (const piece of pieces) {
    unwatched += piece.byteLength;
    if (unwatched >= lookEveryBytes) {
      unwatched = 0;
      await requireSpace(limits.folder, { bytes: 0, floor: limits.disk_floor });
    }
    yield piece;
  }
}
