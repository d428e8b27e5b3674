import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Stop } from '../stop.ts';

/** Something to send: a file on disk, or what comes in on stdin. */
export type InputFile =
  | { readonly kind: 'file'; readonly path: string; readonly name: string; readonly bytes: number }
  | { readonly kind: 'stdin'; readonly name: string };

const byNumber = new Intl.Collator('en', { numeric: true });

/**
 * What the arguments mean: files, folders with everything in them by name, `-` for stdin. Hidden files and `except` (the source document)
 * are left out of folders. Throws Stop for what is not there.
 */
export async function inputFiles(
  args: readonly string[],
  options: { name?: string; except?: string },
): Promise<InputFile[]> {
  const except = options.except === undefined ? undefined : await realpath(options.except);
  const found: InputFile[] = [];
  for (const arg of args) {
    if (arg === '-') found.push({ kind: 'stdin', name: options.name ?? 'stdin' });
    else found.push(...(await filesAt(arg, except)));
  }
  if (found.filter((file) => file.kind === 'stdin').length > 1) throw new Stop('stdin can be sent once only.');
  const [only] = found;
  if (options.name !== undefined && found.length > 1) throw new Stop('--name is for one file; there are several.');
  if (only?.kind === 'file' && options.name !== undefined) return [{ ...only, name: options.name }];
  return found;
}

async function filesAt(path: string, except: string | undefined): Promise<InputFile[]> {
  const about = await stat(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new Stop(code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read: ${String(error)}.`);
  });
  if (about.isFile()) return [{ kind: 'file', path, name: basename(path), bytes: about.size }];
  if (!about.isDirectory()) throw new Stop(`${path} is neither a file nor a folder.`);
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.map((entry) => entry.name).filter((name) => !name.startsWith('.'));
  const files: InputFile[] = [];
  for (const name of names.sort(byNumber.compare)) {
    const inside = join(path, name);
    // What leads nowhere has no real path, and is told of as any other file that is not there.
    if (except === undefined || (await realpath(inside).catch(() => inside)) !== except)
      files.push(...(await filesAt(inside, except)));
  }
  if (files.length === 0) throw new Stop(`There is no file in ${path}.`);
  return files;
}
