import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

/** A file whose rows and verdict are known before it is sent. */
export interface KnownFile {
  readonly source: string;
  readonly name: string;
  readonly text: string;
  readonly records: number;
  readonly rejects: number;
  readonly failing: boolean;
}

const receipt = z.object({ load_id: z.string() });

/** Files that fail have sources of their own: their incidents stay open whatever the order in which files arrive. */
export const failingSources = Array.from({ length: 10 }, (_, n) => `chaos-failing-${String(n)}`);
export const cleanSource = 'chaos';

/** Ids are unique over all files, so that a lost or doubled row shows. */
export function knownFile(n: number): KnownFile {
  const lines = Array.from({ length: 400 }, (_, row) => JSON.stringify({ id: n * 1_000 + row, amount: row % 7 }));
  const rejects = n % 3;
  for (let row = 0; row < rejects; row++) lines[row * 50 + 3] = `{"id": broken ${String(n)}`;
  const failing = n % 2 === 1;
  if (failing) lines[399] = JSON.stringify({ id: n * 1_000 + 399, amount: null });
  const source = failing ? (failingSources[((n - 1) / 2) % failingSources.length] ?? cleanSource) : cleanSource;
  return { source, name: `file-${String(n)}.jsonl`, text: `${lines.join('\n')}\n`, records: 400, rejects, failing };
}

/**
 * Sends a file until it is accepted, as a client does that cannot know what became of an answer it did not get.
 * @returns the load that stands for it
 */
export async function sendUntilAccepted(url: () => string, file: KnownFile): Promise<string> {
  for (;;) {
    try {
      const answer = await fetch(`${url()}/api/v1/sources/${file.source}/files?file=${file.name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file.text,
        signal: AbortSignal.timeout(20_000),
      });
      if (answer.status === 202 || answer.status === 200) return receipt.parse(await answer.json()).load_id;
      if (answer.status < 500 && answer.status !== 429) throw new RefusedByApi(await answer.text());
    } catch (error) {
      if (error instanceof RefusedByApi) throw error;
    }
    await wait(250);
  }
}

class RefusedByApi extends Error {}
