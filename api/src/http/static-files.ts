import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';
import { RequestProblem } from '../problem.ts';
import { setSecurityHeaders } from './security-headers.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export type ServeStatic = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;

/**
 * Serves a built dashboard: files by name, and its page for every other path, as the page does its own routing. The files are listed
 * once, so that a path is looked up and never walked.
 */
export async function createStatic(folder: string): Promise<ServeStatic> {
  const names = await listFiles(folder);
  const page = names.has('index.html') ? await readFile(join(folder, 'index.html'), 'utf8') : undefined;
  const scripts = page === undefined ? [] : inlineScriptHashes(page);

  return async (request, response, path) => {
    const name = path.slice(1);
    if (names.has(name) && name !== 'index.html') {
      response.setHeader('Content-Type', types[extname(name)] ?? 'application/octet-stream');
      // The build puts the hash of the content into these names.
      const lasting = name.startsWith('_app/immutable/');
      response.setHeader('Cache-Control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
      const { size } = await stat(join(folder, name));
      response.setHeader('Content-Length', size);
      if (request.method === 'HEAD') response.end();
      else
        createReadStream(join(folder, name))
          .on('error', () => response.destroy())
          .pipe(response);
      return;
    }
    if (page === undefined || name.startsWith('_app/')) {
      const why =
        page === undefined
          ? 'The dashboard is not built: run `pnpm --filter @assay/web build`.'
          : `There is no file ${path}.`;
      throw new RequestProblem('not_found', why);
    }
    setSecurityHeaders(response, scripts);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Cache-Control', 'no-cache');
    response.end(request.method === 'HEAD' ? undefined : page);
  };
}

async function listFiles(folder: string): Promise<ReadonlySet<string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return new Set(files.map((file) => join(file.parentPath, file.name).slice(folder.length + 1)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Set();
    throw error;
  }
}

/** The page starts itself with an inline script; the policy allows it by its hash. */
function inlineScriptHashes(page: string): string[] {
  return [...page.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text]) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`,
  );
}
