import { readFile } from 'node:fs/promises';
import { oddNameOn } from './odd-name.ts';
import { Stop } from './stop.ts';

/** The text of a file a person named. Throws Stop when it is not there, or is no UTF-8. */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch(async (error: unknown) => {
    throw new Stop(await whyNot(path, error));
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new Stop(`${path} is not UTF-8 text: save it as UTF-8 and try again.`);
  }
}

async function whyNot(path: string, error: unknown): Promise<string> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return (await oddNameOn(path))?.reason ?? `There is no file ${path}.`;
    case 'EISDIR':
      return `${path} is a folder: name the file in it.`;
    case 'EACCES':
      return `${path} cannot be read: this user may not open it.`;
    default:
      return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
  }
}
