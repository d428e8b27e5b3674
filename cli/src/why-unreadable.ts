import { oddNameOn } from './odd-name.ts';

/** Why something a person named, or a folder has, cannot be read: a sentence for what the system said. */
export async function whyUnreadable(path: string, error: unknown): Promise<string> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return (await oddNameOn(path))?.reason ?? `There is no file ${path}.`;
    case 'EISDIR':
      return `${path} is a folder: name the file in it.`;
    case 'EACCES':
      return `${path} cannot be read: this user may not open it.`;
    case 'ELOOP':
      return `${path} is a link that leads to itself.`;
    case 'ENOTDIR':
      return `There is no file ${path}: a part of the way is a file, not a folder.`;
    case 'ENAMETOOLONG':
      return `There is no file of that name: it has ${path.length} characters, more than a name may have.`;
    default:
      return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
  }
}
