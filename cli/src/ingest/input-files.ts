import { realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { namesIn } from '../odd-name.ts';
import { Stop } from '../stop.ts';
import { whyUnreadable } from '../why-unreadable.ts';

/** Something to send: a file on disk, or what comes in on stdin. */
export type InputFile =
  | { readonly kind: 'file'; readonly path: string; readonly name: string; readonly bytes: number }
  | { readonly kind: 'stdin'; readonly name: string };

/** What a folder has that cannot be sent, with a sentence about it. */
export interface Untaken {
  readonly path: string;
  readonly reason: string;
}

export interface Input {
  readonly files: readonly InputFile[];
  readonly untaken: readonly Untaken[];
}

const byNumber = new Intl.Collator('en', { numeric: true });

/**
 * What the arguments mean: files, folders with everything in them by name, `-` for stdin. Hidden files, empty folders and `except` (the
 * source document) are left out of folders. Throws Stop for what was named and is not there, or holds no file.
 */
export async function inputFiles(args: readonly string[], options: { name?: string; except?: string }): Promise<Input> {
  const except = options.except === undefined ? undefined : await realpath(options.except);
  const files: InputFile[] = [];
  const untaken: Untaken[] = [];
  for (const arg of args) {
    if (arg === '-') {
      files.push({ kind: 'stdin', name: options.name ?? 'stdin' });
      continue;
    }
    const found = await filesNamed(arg, except);
    files.push(...found.files);
    untaken.push(...found.untaken);
  }
  if (files.filter((file) => file.kind === 'stdin').length > 1) throw new Stop('stdin can be sent once only.');
  const [only] = files;
  if (options.name !== undefined && files.length > 1) throw new Stop('--name is for one file; there are several.');
  if (only?.kind === 'file' && options.name !== undefined) {
    return { files: [{ ...only, name: options.name }], untaken };
  }
  return { files, untaken };
}

/** What a person named must be there: it is not skipped. */
async function filesNamed(path: string, except: string | undefined): Promise<Input> {
  const found = await lookAt(path);
  switch (found.kind) {
    case 'file':
      return { files: [found.file], untaken: [] };
    case 'unusable':
      throw new Stop(found.reason);
    case 'folder': {
      const inside = await filesInside(path, { except, above: [] });
      if (inside.files.length + inside.untaken.length === 0) throw new Stop(`There is no file in ${path}.`);
      return inside;
    }
  }
}

async function filesInside(
  folder: string,
  { except, above }: { except: string | undefined; above: readonly string[] },
): Promise<Input> {
  const files: InputFile[] = [];
  const untaken: Untaken[] = [];
  const names: string[] = [];
  // Links may lead back to where the walk came from.
  const here = await realpath(folder).catch(() => folder);
  if (above.includes(here)) {
    const reason = `${folder} is a link to a folder it lies in: what is in there is taken once.`;
    return { files, untaken: [{ path: folder, reason }] };
  }
  try {
    const found = await namesIn(folder);
    names.push(...found.names.filter((name) => !name.startsWith('.')));
    untaken.push(...found.odd.filter(({ path }) => !basename(path).startsWith('.')));
  } catch (error) {
    return { files, untaken: [{ path: folder, reason: await whyUnreadable(folder, error) }] };
  }
  for (const name of names.sort(byNumber.compare)) {
    const path = join(folder, name);
    // What leads nowhere has no real path, and is told of as any other file that is not there.
    if (except !== undefined && (await realpath(path).catch(() => path)) === except) continue;
    const found = await lookAt(path);
    if (found.kind === 'file') files.push(found.file);
    else if (found.kind === 'unusable') untaken.push({ path, reason: found.reason });
    else {
      const inside = await filesInside(path, { except, above: [...above, here] });
      files.push(...inside.files);
      untaken.push(...inside.untaken);
    }
  }
  return { files, untaken };
}

type Found =
  | { readonly kind: 'file'; readonly file: InputFile }
  | { readonly kind: 'folder' }
  | { readonly kind: 'unusable'; readonly reason: string };

async function lookAt(path: string): Promise<Found> {
  try {
    const about = await stat(path);
    if (about.isFile()) return { kind: 'file', file: { kind: 'file', path, name: basename(path), bytes: about.size } };
    if (about.isDirectory()) return { kind: 'folder' };
    const other = about.isFIFO() ? 'a pipe' : about.isSocket() ? 'a socket' : 'a device';
    return { kind: 'unusable', reason: `${path} is ${other}, not a file: send what it gives with -.` };
  } catch (error) {
    return { kind: 'unusable', reason: await whyUnreadable(path, error) };
  }
}
