import { readFile } from 'node:fs/promises';
import { Stop } from './stop.ts';
import { whyUnreadable } from './why-unreadable.ts';

/** The text of a file a person named. Throws Stop when it is not there, or is no UTF-8. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch(async (error: unknown) => {
    throw new Stop(await whyUnreadable(path, error));
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new Stop(`${path} is not UTF-8 text: save it as UTF-8 and try again.`);
  }
}
