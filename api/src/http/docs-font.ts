import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The fonts of the dashboard, which the page of the API is set in as well, by the end of their address. */
const files: Readonly<Record<string, string>> = {
  '/docs/inter.woff2': '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  '/docs/jetbrains-mono.woff2': '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
};

/** A font of the page of the API; undefined for every other path. */
export async function docsFont(path: string): Promise<Buffer | undefined> {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  return file === undefined ? undefined : readFile(fileURLToPath(import.meta.resolve(file)));
}
