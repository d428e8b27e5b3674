import { execFile } from 'node:child_process';
import { link, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileTooLargeError, openInbox, type Inbox, type Manifest, type ReceivedBytes } from './inbox.ts';

let folder: string;
let inbox: Inbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-inbox-'));
  inbox = await openInbox(folder);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

function about(load_id: string, received: ReceivedBytes, change: Partial<Manifest> = {}): Manifest {
  return {
    tenant: 'default',
    load_id,
    source_id: '1',
    source: 'orders',
    file: '../../etc/passwd\n\u0000"',
    sha256: received.sha256,
    bytes: received.bytes,
    received_at: '2026-11-01T00:00:00.000Z',
    actor: 'ana',
    backfill: false,
    replaces: '0',
    ...change,
  };
}

test('an accepted file is listed with all that was said of it, its name being data', async () => {
  const received = await inbox.receive('5', pieces('ab', 'c'), 100);
  expect(received).toMatchObject({
    bytes: '3',
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  });
  expect(await inbox.loadIds()).toEqual([]);
  await inbox.accept(received, about('5', received));
  expect(await inbox.loadIds()).toEqual(['5']);
  expect(await inbox.manifest('5')).toEqual(about('5', received));
  expect(await inbox.intact(about('5', received))).toBe(true);
});

describe('the same content for the same source', () => {
  test('is accepted once, however many accept it at the same moment', async () => {
    const ids = ['11', '12', '13', '14', '15', '16'];
    const accepted = await Promise.all(
      ids.map(async (load_id) => {
        const received = await inbox.receive(load_id, pieces('same'), 100);
        return inbox.accept(received, about(load_id, received));
      }),
    );
    expect(new Set(accepted.map((manifest) => manifest.load_id)).size).toBe(1);
    expect(await inbox.loadIds()).toEqual([accepted[0]?.load_id]);
    const bytes = (await readdir(folder)).filter((name) => /^\d+$/.test(name));
    expect(bytes).toEqual([accepted[0]?.load_id]);
  });

  test('is another file for another source or tenant', async () => {
    const one = await inbox.receive('21', pieces('same'), 100);
    await inbox.accept(one, about('21', one));
    const two = await inbox.receive('22', pieces('same'), 100);
    await inbox.accept(two, about('22', two, { source: 'other' }));
    expect(await inbox.loadIds()).toEqual(['21', '22']);
  });

  test('is accepted by the next who sends it when the first died in the middle', async () => {
    const first = await inbox.receive('31', pieces('same'), 100);
    await inbox.accept(first, about('31', first));
    // As it is left when the process dies between the two names of the manifest.
    await rm(join(folder, '31.json'));
    expect(await inbox.loadIds()).toEqual([]);
    const second = await inbox.receive('32', pieces('same'), 100);
    expect((await inbox.accept(second, about('32', second))).load_id).toBe('31');
    expect(await inbox.loadIds()).toEqual(['31']);
  });

  test('can be accepted anew once the first was discarded', async () => {
    const first = await inbox.receive('41', pieces('same'), 100);
    await inbox.accept(first, about('41', first));
    await inbox.discard('41');
    expect(await readdir(folder)).toEqual([]);
    const second = await inbox.receive('42', pieces('same'), 100);
    expect((await inbox.accept(second, about('42', second))).load_id).toBe('42');
  });
});

test('a stream that breaks or is too long leaves nothing', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    throw new Error('gone');
  }
  await expect(inbox.receive('51', broken(), 100)).rejects.toThrow('gone');
  await expect(inbox.receive('52', pieces('too', 'long'), 5)).rejects.toThrow(FileTooLargeError);
  expect(await readdir(folder)).toEqual([]);
});

test('what dead uploads left behind is swept, accepted files and fresh uploads are not', async () => {
  const kept = await inbox.receive('61', pieces('kept'), 100);
  await inbox.accept(kept, about('61', kept));
  await writeFile(join(folder, '62.part'), 'left behind');
  await writeFile(join(folder, '63'), 'bytes without a manifest');
  await link(join(folder, '62.part'), join(folder, '64.json.part'));
  expect(await inbox.sweep(0)).toBe(0);
  expect(await inbox.sweep(Date.now() + 60_000)).toBe(3);
  expect(await inbox.loadIds()).toEqual(['61']);
});

test('bytes whose upload died between claim and manifest are accepted by the sweep', async () => {
  const received = await inbox.receive('65', pieces('claimed'), 100);
  await inbox.accept(received, about('65', received));
  await rm(join(folder, '65.json'));
  await inbox.sweep(Date.now() + 60_000);
  expect(await inbox.manifest('65')).toEqual(about('65', received));
  expect(await inbox.intact(about('65', received))).toBe(true);
});

test('a claim of bytes that are gone does not turn the same content away', async () => {
  const received = await inbox.receive('66', pieces('claimed'), 100);
  await inbox.accept(received, about('66', received));
  await rm(join(folder, '66.json'));
  await rm(inbox.path('66'));
  await inbox.sweep(Date.now() + 60_000);
  const second = await inbox.receive('67', pieces('claimed'), 100);
  expect((await inbox.accept(second, about('67', second))).load_id).toBe('67');
});

test('bytes that the disk takes only in part are not taken for the whole file', async () => {
  const script = `
    const { openInbox } = await import(${JSON.stringify(new URL('inbox.ts', import.meta.url).href)});
    const inbox = await openInbox(${JSON.stringify(folder)});
    const failed = await inbox.receive('81', [Buffer.alloc(3_000)], 10_000).then(() => 'taken', (error) => error.code);
    process.stdout.write(failed);`;
  // The shell's limit on the size of a file, in blocks of 512 bytes, stands for a disk that is full.
  const limited = `trap '' XFSZ; ulimit -f 4; exec "$0" --input-type=module -e "$1"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, script]);
  expect(stdout).toBe('EFBIG');
  expect(await readdir(folder)).toEqual([]);
});

test('changed bytes are noticed', async () => {
  const received = await inbox.receive('71', pieces('right'), 100);
  await inbox.accept(received, about('71', received));
  await writeFile(inbox.path('71'), 'wrong');
  expect(await inbox.intact(about('71', received))).toBe(false);
});
