import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { RequestProblem } from '../problem.ts';

export interface Pace {
  /** How long an upload waits for its turn. */
  readonly slot_ms: number;
  /** The longest silence that is waited through. */
  readonly idle_ms: number;
  /** Bytes per second that an upload must reach on the average, once `grace_ms` are over. */
  readonly bytes_per_s_min: number;
  readonly grace_ms: number;
}

export const usualPace: Pace = { slot_ms: 60_000, idle_ms: 30_000, bytes_per_s_min: 1_024, grace_ms: 60_000 };

/**
 * The pieces of a body as they come. Throws `timeout` for one that stands still or drips, and `bad_request` for one that breaks off. The
 * connection is left open, so that the problem can be told.
 */
export async function* pacedBody(request: IncomingMessage, pace: Pace): AsyncGenerator<Uint8Array> {
  const began = performance.now();
  const pieces = request.iterator({ destroyOnReturn: false });
  let bytes = 0;
  for (;;) {
    const next = await withinIdle(pieces.next(), pace);
    if (next.done === true) return;
    const chunk = z.instanceof(Buffer).parse(next.value);
    bytes += chunk.byteLength;
    const elapsed_ms = performance.now() - began;
    if (elapsed_ms > pace.grace_ms && bytes < (pace.bytes_per_s_min * elapsed_ms) / 1_000) {
      throw new RequestProblem(
        'timeout',
        `The upload was slower than ${pace.bytes_per_s_min} bytes per second and was given up; nothing of it is kept.`,
      );
    }
    yield chunk;
  }
}

async function withinIdle<T>(next: Promise<T>, pace: Pace): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const seconds = pace.idle_ms / 1_000;
      reject(
        new RequestProblem(
          'timeout',
          `Nothing came for ${seconds} seconds, so the upload was given up; nothing of it is kept.`,
        ),
      );
    }, pace.idle_ms);
  });
  try {
    return await Promise.race([next, silence]);
  } catch (error) {
    if (error instanceof RequestProblem) {
      // The piece that is still awaited belongs to nobody now.
      next.catch(() => undefined);
      throw error;
    }
    throw new RequestProblem('bad_request', 'The connection ended before the file did; nothing of it is kept.', {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
