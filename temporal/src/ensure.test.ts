import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildTemporal } from './build.ts';
import { downloadTemporal } from './download.ts';
import { locateTemporal, temporalCachePath } from './locate.ts';

const silent = () => {};
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-ensure-'));
});

function program(path: string, script = 'exit 0'): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('the server is looked for', () => {
  test('as a service, then on PATH, then in the cache', async () => {
    const env = { XDG_CACHE_HOME: join(home, 'cache'), PATH: `${home}/none:${home}/bin` };
    expect(await locateTemporal(env)).toBeUndefined();
    const cached = program(temporalCachePath(env));
    expect(await locateTemporal(env)).toEqual({ kind: 'binary', path: cached, found: 'cache' });
    const installed = program(join(home, 'bin', 'temporal'));
    expect(await locateTemporal(env)).toEqual({ kind: 'binary', path: installed, found: 'path' });
    const service = { ...env, TEMPORAL_ADDRESS: 'temporal.example:7233' };
    expect(await locateTemporal(service)).toEqual({ kind: 'service', address: 'temporal.example:7233' });
  });

  test('and a file that cannot be executed does not count', async () => {
    const env = { XDG_CACHE_HOME: home, PATH: '' };
    chmodSync(program(temporalCachePath(env)), 0o644);
    expect(await locateTemporal(env)).toBeUndefined();
  });
});

describe('a build', () => {
  const build = (env: Record<string, string>) =>
    buildTemporal({ destination: join(home, 'temporal'), env, report: silent });

  test('puts the program in place in one step and leaves nothing else', async () => {
    program(join(home, 'bin', 'go'), 'printf "%s" "$*" > "$GOBIN/temporal"');
    expect(await build({ PATH: `${home}/bin:/usr/bin:/bin` })).toBeUndefined();
    expect(readFileSync(join(home, 'temporal'), 'utf8')).toMatch(/^install .*cmd\/temporal@v[\d.]+$/);
    expect(readdirSync(home).sort()).toEqual(['bin', 'temporal']);
  });

  test('that fails leaves nothing and repeats what Go said', async () => {
    program(join(home, 'bin', 'go'), 'echo partial > "$GOBIN/temporal"; echo "no such module" >&2; exit 1');
    expect(await build({ PATH: `${home}/bin:/usr/bin:/bin` })).toContain('no such module');
    expect(readdirSync(home)).toEqual(['bin']);
  });

  test('without Go says that Go is missing', async () => {
    expect(await build({ PATH: `${home}/bin` })).toBe('Go is not installed.');
  });
});

describe('a download', () => {
  const archive = () => {
    program(join(home, 'archive', 'temporal'), 'echo served');
    return execFileSync('tar', ['-czf', '-', '-C', join(home, 'archive'), 'temporal']);
  };
  let close: (() => void) | undefined;
  afterEach(() => close?.());

  async function serve(answer: (path: string) => { status: number; body: string | Buffer }): Promise<string> {
    const server = createServer((request, response) => {
      const { status, body } = answer(request.url ?? '');
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    close = () => server.close();
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  }
  const download = (from: string) =>
    downloadTemporal({ destination: join(home, 'temporal'), env: {}, report: silent }, from);

  test('puts the program of the archive in place', async () => {
    const from: string = await serve((path) =>
      path.startsWith('/cli/')
        ? { status: 200, body: JSON.stringify({ archiveUrl: `${from}/a.tar.gz`, fileToExtract: 'temporal' }) }
        : { status: 200, body: archive() },
    );
    expect(await download(from)).toBeUndefined();
    expect(execFileSync(join(home, 'temporal')).toString()).toBe('served\n');
  });

  test.each([
    ['a refusal', { status: 403, body: '' }, /answered 403/],
    ['an answer that is not the service’s', { status: 200, body: '<html>' }, /could not be downloaded/],
  ])('that meets %s leaves nothing and says so', async (_, answer, sentence) => {
    expect(await download(await serve(() => answer))).toMatch(sentence);
    expect(readdirSync(home)).toEqual([]);
  });

  test('that meets a damaged archive leaves nothing and says so', async () => {
    const from: string = await serve((path) =>
      path.startsWith('/cli/')
        ? { status: 200, body: JSON.stringify({ archiveUrl: `${from}/a.tar.gz`, fileToExtract: 'temporal' }) }
        : { status: 200, body: archive().subarray(0, 40) },
    );
    expect(await download(from)).toMatch(/tar ended with code/);
    expect(existsSync(join(home, 'temporal'))).toBe(false);
  });
});
