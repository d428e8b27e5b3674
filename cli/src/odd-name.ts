import { isUtf8 } from 'node:buffer';
import { readdir } from 'node:fs/promises';
import { join, parse, sep } from 'node:path';
import { printable } from '@assay/clickhouse';

/** A file or folder whose name is no UTF-8, with a sentence about it. */
export interface OddName {
  /** Bytes that are no text are shown as `\xHH`. */
  readonly path: string;
  readonly reason: string;
}

/** What Node writes in the place of bytes that are no text, in arguments and paths. */
const replacement = '\ufffd';

/** The names in a folder, those that are no UTF-8 apart. Throws what the system says of a folder that cannot be read. */
export async function namesIn(folder: string): Promise<{ names: string[]; odd: OddName[] }> {
  const all = await readdir(folder, { encoding: 'buffer' });
  return {
    names: all.filter((name) => isUtf8(name)).map(String),
    odd: all.filter((name) => !isUtf8(name)).map((name) => oddName(folder, name)),
  };
}

/** The name that is no UTF-8, on the way to something that is not found; undefined when that is not why. */
export async function oddNameOn(path: string): Promise<OddName | undefined> {
  const { root } = parse(path);
  const steps = path.slice(root.length).split(sep);
  for (const [place, step] of steps.entries()) {
    if (!step.includes(replacement)) continue;
    const folder = join(root, ...steps.slice(0, place));
    const names = await readdir(folder, { encoding: 'buffer' }).catch(() => []);
    const found = names.find((name) => !isUtf8(name) && String(name) === step);
    if (found !== undefined) return oddName(folder, found);
  }
  return undefined;
}

function oddName(folder: string, name: Buffer): OddName {
  const path = join(folder, printable(name, 0, name.length));
  const reason = `${path} has a name that is no UTF-8 (\\xHH stands for a byte that is none): rename it and send it again.`;
  return { path, reason };
}
