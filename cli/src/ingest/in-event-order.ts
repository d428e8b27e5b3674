import type { Api } from '../api.ts';
import { refusalCode } from '../api.ts';
import { firstEvent } from './first-event.ts';
import type { InputFile } from './input-files.ts';

/** History in the order in which it happened: by the first event of each file; files that do not tell come last, as they were given. */
export async function inEventOrder(
  api: Api,
  files: readonly InputFile[],
  source: string,
): Promise<readonly InputFile[]> {
  const event_time = files.length < 2 ? undefined : await eventTimeOf(api, source);
  if (event_time === undefined) return files;
  const timed = await Promise.all(
    files.map(async (file) => ({
      file,
      at: file.kind === 'stdin' ? undefined : await firstEvent(file.path, event_time),
    })),
  );
  return timed.sort((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity) || 0).map(({ file }) => file);
}

async function eventTimeOf(api: Api, source: string): Promise<string | undefined> {
  try {
    return (await api.client.source.get.query({ source, loads: 1 })).event_time ?? undefined;
  } catch (error) {
    if (refusalCode(error) === 'not_found') return undefined;
    throw error;
  }
}
