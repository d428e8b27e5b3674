import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ingestResult } from '@assay/api';
import { startTestHouse, type TestHouse } from '@assay/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { runScript, type Ran } from '../testing.ts';

let house: TestHouse;
let folder: string;

beforeAll(async () => {
  house = await startTestHouse();
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
  await writeFile(join(folder, 'good.jsonl'), lines(10));
  await writeFile(join(folder, 'bad.jsonl'), `${lines(10)}{"id":11\n`);
  await writeFile(
    join(folder, 'failing.yaml'),
    'rules:\n  - id: five\n    row_count: {}\n    fail: { value: "> 5" }\n',
  );
  await writeFile(join(folder, 'typo.yaml'), 'rules:\n  - id: five\n    row_cont: {}\n');
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function lines(count: number): string {
  return Array.from({ length: count }, (_, place) => `{"id":${place + 1},"amount":1.50}\n`).join('');
}

function ingest(...args: string[]): Promise<Ran> {
  return runScript('ingest', args, { cwd: folder, env: { ASSAY_URL: house.url } });
}

function lastLine(ran: Ran): unknown {
  return JSON.parse(ran.stdout.trimEnd().split('\n').at(-1) ?? '');
}

test('a good file passes: exit code 0 and one JSON object on the last line, as published', async () => {
  const ran = await ingest('good.jsonl', '--source', 'good', '--json');
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const result = ingestResult.parse(lastLine(ran));
  expect(result).toMatchObject({
    source: 'good',
    file: 'good.jsonl',
    state: 'loaded',
    reason: '',
    verdict: 'pass',
    records: '10',
    rows: '10',
    rejects: '0',
    anomalies: [],
    incidents: [],
    columns: [
      { name: 'id', type: 'Int64', nulls: '0', absent: '0', type_errors: '0', distinct: '10', min: '1', max: '10' },
      { name: 'amount', nulls: '0' },
    ],
  });
  expect(result.url).toBe(`${house.api.services.links.base}/loads/${result.load_id}`);
  expect(result.workflow.url).toContain('/namespaces/default/workflows/file%3Adefault%3Agood%3A');
});

test('the same content again is the same load, and nothing is done twice', async () => {
  const first = ingestResult.parse(lastLine(await ingest('good.jsonl', '--source', 'twice', '--json')));
  const again = await ingest('good.jsonl', '--source', 'twice', '--name', 'other-name.jsonl', '--json');
  expect(again.code).toBe(0);
  expect(lastLine(again)).toEqual({ ...first, file: 'other-name.jsonl' });
});

test('--again checks the stored rows with the rules of today', async () => {
  await ingest('good.jsonl', '--source', 'again');
  await writeFile(join(folder, 'again.yaml'), 'rules:\n  - id: five\n    row_count: {}\n    fail: { value: "> 5" }\n');
  const ran = await ingest('good.jsonl', '--source', 'again', '--config', 'again.yaml', '--apply', '--again', '--json');
  expect(ran).toMatchObject({ code: 1, stderr: '' });
  expect(lastLine(ran)).toMatchObject({
    verdict: 'fail',
    results: expect.arrayContaining([expect.objectContaining({ rule_id: 'five', verdict: 'fail', value: '10' })]),
  });
});

test('a record that is none is a warning with its line: exit code 2', async () => {
  const ran = await ingest('bad.jsonl', '--source', 'bad', '--json');
  expect(ran.code).toBe(2);
  const result = ingestResult.parse(lastLine(ran));
  expect(result).toMatchObject({ verdict: 'warn', records: '11', rows: '10', rejects: '1' });
  const promised = z.strictObject({
    items: z.array(z.object({ line: z.string(), byte_offset: z.string(), reason: z.string(), raw: z.string() })),
    total: z.number(),
  });
  const page = promised.parse(await house.json(`/api/v1/loads/${result.load_id}/rejects?limit=1&offset=0`));
  expect(page).toEqual({
    items: [
      { line: '11', byte_offset: '231', reason: expect.stringMatching(/^Not JSON: the text ends at/), raw: '{"id":11' },
    ],
    total: 1,
  });
  expect(await house.json(`/api/v1/loads/${result.load_id}/rejects?limit=1&offset=1`)).toEqual({ items: [], total: 1 });
});

test('a rule that fails is exit code 1 and an incident with its address', async () => {
  const ran = await ingest('good.jsonl', '--source', 'failing', '--config', 'failing.yaml', '--json');
  expect(ran).toMatchObject({ code: 1, stderr: '' });
  const result = ingestResult.parse(lastLine(ran));
  expect(result).toMatchObject({
    verdict: 'fail',
    anomalies: [{ rule_id: 'five', finding: expect.stringContaining('10') }],
    incidents: [{ status: 'triggered', url: expect.stringContaining('/incidents/') }],
  });
});

test('a file that cannot be read at all is refused: exit code 3 and the reason', async () => {
  await writeFile(join(folder, 'page.html'), '<!doctype html><html><body>502</body></html>');
  const ran = await ingest('page.html', '--source', 'refused', '--json');
  expect(ran.code).toBe(3);
  expect(lastLine(ran)).toMatchObject({ state: 'refused', reason: expect.stringContaining('HTML') });
});

test.each([
  ['gzip that is cut', () => gzipSync(lines(20_000)).subarray(0, -100), 'partial', 'stops in the middle'],
  ['Parquet that is cut', () => 'PAR1\0\0\0\0 and more', 'refused', 'Send the whole file again.'],
  ['JSON spread over lines', () => '{\n  "a": 1\n}\n', 'refused', 'write each record on one line'],
  ['UTF-16 without a mark', () => Buffer.from('{"a":1}\n', 'utf16le'), 'refused', 'save it as UTF-8'],
])('%s is exit code 3, and the reason is told to people and programs', async (_name, content, state, words) => {
  await writeFile(join(folder, 'odd'), content());
  const ran = await ingest('odd', '--source', 'odd', '--json');
  expect(ran).toMatchObject({ code: 3, stderr: '' });
  const result = ingestResult.parse(lastLine(ran));
  expect(result).toMatchObject({ state, verdict: 'error', reason: expect.stringContaining(words) });
  const told = await ingest('odd', '--source', 'odd');
  expect(told.code).toBe(3);
  expect(told.stdout).toContain(`${state}: `);
  expect(told.stdout).toContain(words);
});

test('the type of a column is declared and the file read again with one command', async () => {
  await writeFile(join(folder, 'nearly.jsonl'), `${lines(200)}{"id":"n/a","amount":1.50}\n`);
  const first = ingestResult.parse(lastLine(await ingest('nearly.jsonl', '--source', 'nearly', '--json')));
  expect(first).toMatchObject({ verdict: 'pass', rows: '201' });
  expect(first.reason).toContain('200 of 201 values are Int64, but line 201 has "\\"n/a\\"".');
  expect(first.reason).toContain('assay loads declare');
  const declare = (...args: string[]) =>
    runScript('assay', ['loads', 'declare', first.load_id, ...args], { cwd: folder, env: { ASSAY_URL: house.url } });
  expect(await declare('id')).toMatchObject({ code: 3, stderr: expect.stringContaining('such as amount=Int64') });
  expect(await declare('amout=Int64')).toMatchObject({
    code: 3,
    stderr: 'nearly.jsonl has no column "amout", did you mean `amount`?\n',
  });
  const ran = await declare('id=Int64', '--json');
  expect(ran).toMatchObject({ code: 2, stderr: '' });
  expect(lastLine(ran)).toMatchObject({
    load_id: first.load_id,
    verdict: 'warn',
    rows: '201',
    columns: expect.arrayContaining([expect.objectContaining({ name: 'id', type: 'Int64', type_errors: '1' })]),
  });
});

test('a link in a folder that leads nowhere stops with its name: exit code 3', async () => {
  await mkdir(join(folder, 'links'));
  await symlink('nowhere.csv', join(folder, 'links', 'dangling.csv'));
  expect(await ingest('links', '--source', 'links')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: 'There is no file links/dangling.csv.\n',
  });
});

test('what a folder has that is no file is told and keeps nothing else from being sent', async () => {
  const mixed = join(folder, 'mixed');
  await mkdir(join(mixed, 'empty'), { recursive: true });
  await mkdir(join(mixed, 'inner'));
  await writeFile(join(mixed, 'inner', 'z.jsonl'), lines(4));
  execFileSync('mkfifo', [join(mixed, 'pipe')]);
  const ran = await ingest('mixed', '--source', 'mixed', '--json');
  expect(ran).toMatchObject({
    code: 3,
    stderr: 'mixed/pipe is a pipe, not a file: send what it gives with -. What else was named is sent.\n',
  });
  expect(lastLine(ran)).toMatchObject({ file: 'z.jsonl', rows: '4', verdict: 'pass' });
  expect(await ingest('mixed/empty', '--source', 'mixed')).toMatchObject({
    code: 3,
    stderr: 'There is no file in mixed/empty.\n',
  });
});

test('a file that is nothing but a header says so, to people and to programs', async () => {
  await writeFile(join(folder, 'header.csv'), 'id,amount\n');
  const words = 'The file has a header and no records.';
  expect(lastLine(await ingest('header.csv', '--source', 'header', '--json'))).toMatchObject({
    rows: '0',
    reason: words,
  });
  expect((await ingest('header.csv', '--source', 'header')).stdout).toContain(`\n  loaded: ${words}\n`);
});

test('each finding of a rule in windows names its window', async () => {
  const at = (hour: number) => `{"at":"2026-01-01T0${hour}:30:00Z","n":1}\n`;
  await writeFile(join(folder, 'hours.jsonl'), at(1) + at(2));
  await writeFile(
    join(folder, 'hours.yaml'),
    'event_time: at\nrules:\n  - id: two\n    row_count: {}\n    window: 1 hour\n    fail: { value: "< 2" }\n',
  );
  const { stdout } = await ingest('hours.jsonl', '--source', 'hours', '--config', 'hours.yaml');
  expect(stdout).toContain('two [from 2026-01-01T01:00:00Z]: There is 1 row; expected at least 2.');
  expect(stdout).toContain('two [from 2026-01-01T02:00:00Z]: There is 1 row; expected at least 2.');
});

test('a document that does not fit the columns is told by line before anything is sent', async () => {
  await writeFile(
    join(folder, 'unfit.yaml'),
    'columns:\n  amount: { type: Int64 }\nrules:\n  - length:\n      column: amount\n      min: 1\n',
  );
  expect(await ingest('good.jsonl', '--source', 'unfit', '--config', 'unfit.yaml')).toMatchObject({
    code: 3,
    stderr:
      'unfit.yaml cannot be used, and nothing was sent:\n  line 5: rule length-amount: column `amount` is Int64, and this needs String or JSON; no column is one\n',
  });
});

test('a stored source with another document stops with the difference, unless it is to be applied', async () => {
  await ingest('good.jsonl', '--source', 'stored', '--config', 'failing.yaml');
  await writeFile(
    join(folder, 'changed.yaml'),
    'rules:\n  - id: five\n    row_count: {}\n    fail: { value: "> 50" }\n',
  );
  const stopped = await ingest('bad.jsonl', '--source', 'stored', '--config', 'changed.yaml', '--json');
  expect(stopped).toMatchObject({ code: 3, stdout: '' });
  expect(stopped.stderr).toContain('> 50');
  expect(stopped.stderr).toContain('--apply');
  expect(await ingest('good.jsonl', '--source', 'stored', '--config', 'failing.yaml')).toMatchObject({
    code: 1,
    stderr: '',
  });
  expect((await ingest('bad.jsonl', '--source', 'stored', '--config', 'changed.yaml', '--apply')).code).toBe(2);
});

test('a document that is not valid is told by line and nearest word, and nothing is sent', async () => {
  const ran = await ingest('good.jsonl', '--source', 'typo', '--config', 'typo.yaml');
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain('line 3');
  expect(ran.stderr).toContain('row_count');
  expect((await house.fetch('/api/v1/sources/typo')).status).toBe(404);
});

test('a folder, several files and stdin are answered in their order, the worst deciding the exit code', async () => {
  await mkdir(join(folder, 'many'));
  for (const number of [10, 2, 1]) await writeFile(join(folder, 'many', `day-${number}.jsonl`), lines(number + 20));
  await writeFile(join(folder, 'many', '.hidden'), 'x');
  const ran = await ingest('many', 'bad.jsonl', '--source', 'many', '--json');
  expect(ran.code).toBe(2);
  const files = ran.stdout
    .trimEnd()
    .split('\n')
    .map((line) => ingestResult.parse(JSON.parse(line)).file);
  expect(files).toEqual(['day-1.jsonl', 'day-2.jsonl', 'day-10.jsonl', 'bad.jsonl']);

  const piped = await runScript('ingest', ['-', '-s', 'piped', '--name', 'pipe.jsonl', '--json'], {
    cwd: folder,
    env: { ASSAY_URL: house.url },
    stdin: lines(3),
  });
  expect(piped.code).toBe(0);
  expect(lastLine(piped)).toMatchObject({ file: 'pipe.jsonl', rows: '3' });
});

test('a person is told why records are rejects, where the first of each is, and where all are', async () => {
  await writeFile(join(folder, 'latin.csv'), Buffer.from('id,name\n1,M\xfcller\n2,Anna\n', 'latin1'));
  const { stdout } = await ingest('latin.csv', '--source', 'latin');
  expect(stdout).toMatch(
    /\n {2}1 reject, invalid utf8, in line 2: .+\n {2}all rejects: http.+\/loads\/\d+\?tab=rejects\n/,
  );
});

test('content that is withdrawn says so and how it comes back, also when it is checked again: exit code 3', async () => {
  const { load_id } = ingestResult.parse(lastLine(await ingest('good.jsonl', '--source', 'gone', '--json')));
  await runScript('assay', ['loads', 'withdraw', load_id, '--reason', 'sent twice'], {
    cwd: folder,
    env: { ASSAY_URL: house.url },
  });
  for (const flags of [[], ['--again']]) {
    const ran = await ingest('good.jsonl', '--source', 'gone', ...flags);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toMatch(/^withdrawn good\.jsonl \(gone\): .*\(sent twice\)/);
    expect(ran.stdout).toContain(`assay loads restore ${load_id}`);
  }
});

test('a later load that fails says that its incident is still open, or came back', async () => {
  const words = async (name: string) => {
    await writeFile(join(folder, name), `${lines(10)}{"id":99,"amount":1,"of":"${name}"}\n`);
    const { stdout } = await ingest(name, '--source', 'lasting', '--config', 'failing.yaml');
    return /incident (.+): http.*\/incidents\/(\d+)/.exec(stdout)?.slice(1);
  };
  const [opened, incident_id = ''] = (await words('one.jsonl')) ?? [];
  expect(opened).toBe('opened');
  expect(await words('two.jsonl')).toEqual(['still open', incident_id]);
  await runScript('assay', ['incidents', 'resolve', incident_id, '--reason', 'no_action'], {
    cwd: folder,
    env: { ASSAY_URL: house.url },
  });
  expect(await words('three.jsonl')).toEqual(['came back', incident_id]);
});

test('a person reads the verdict first, then what is wrong and where to look', async () => {
  const ran = await ingest('good.jsonl', '--source', 'person', '--config', 'failing.yaml');
  expect(ran.stdout).toMatch(
    /^fail {2}good\.jsonl \(person\): 10 rows, 0 rejects\n {2}fail {2}medium {3}five: .*\n {2}incident opened: .*\n {2}http.*\/loads\/\d+\n$/,
  );
});

test('a file is sent again by itself when the connection breaks under it', async () => {
  await writeFile(join(folder, 'large.jsonl'), lines(200_000));
  let broken = 0;
  const target = Number(new URL(house.url).port);
  const between = createServer((socket) => {
    const onward = connect(target, '127.0.0.1');
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
    if (broken < breaks) {
      broken += 1;
      socket.once('data', () => socket.resetAndDestroy());
    } else socket.pipe(onward).pipe(socket);
  });
  let breaks = 1;
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  const { port } = z.object({ port: z.number() }).parse(between.address());
  const send = () =>
    runScript('ingest', ['large.jsonl', '-s', 'broken-line', '--no-wait'], {
      cwd: folder,
      env: { ASSAY_URL: `http://127.0.0.1:${port}` },
    });
  expect(await send()).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('The connection broke while large.jsonl was sent'),
  });
  breaks = 9;
  const given = await send();
  expect(given.code).toBe(3);
  expect(given.stderr).toContain('nothing of it was accepted. Send it again.');
  expect(given.stderr).not.toContain('Start it');
  between.close();
});

test('the script works through a link, and says when nothing runs', async () => {
  const link = join(folder, 'linked-ingest');
  await symlink(join(import.meta.dirname, '../../../scripts/ingest'), link);
  const ran = await runScript('ingest', ['good.jsonl', '-s', 'x'], { cwd: folder, env: { ASSAY_DATA_DIR: folder } });
  expect(ran).toMatchObject({ code: 3, stdout: '' });
  expect(ran.stderr).toContain('Assay is not running');
  const away = await runScript('ingest', ['good.jsonl', '-s', 'x'], {
    cwd: folder,
    env: { ASSAY_URL: 'http://127.0.0.1:1' },
  });
  expect(away.code).toBe(3);
  expect(away.stderr).toContain('Assay does not answer at http://127.0.0.1:1');
});

test('a missing file and a missing source are told before anything is sent', async () => {
  expect(await ingest('nothing.jsonl', '-s', 'x')).toMatchObject({
    code: 3,
    stderr: 'There is no file nothing.jsonl.\n',
  });
  expect(await ingest('good.jsonl', 'nothing.jsonl', '-s', 'beside')).toMatchObject({
    code: 3,
    stderr: 'There is no file nothing.jsonl. Nothing was sent.\n',
  });
  expect((await house.fetch('/api/v1/sources/beside')).status).toBe(404);
  expect((await ingest('good.jsonl')).stderr).toContain('--source');
  expect((await ingest('good.jsonl', '-s', '../up')).code).toBe(3);
});

test('history is loaded in the order of its events, whatever the files are called, and opens no incident', async () => {
  const event = (day: number) => `{"id":${day},"at":"2026-01-0${day}T00:00:00Z"}\n`;
  await mkdir(join(folder, 'history'));
  for (const [name, day] of [
    ['a', 3],
    ['b', 1],
    ['c', 2],
  ] as const)
    await writeFile(join(folder, 'history', name), event(day));
  await writeFile(
    join(folder, 'history.yaml'),
    'event_time: at\nrules:\n  - id: none\n    row_count: {}\n    fail: { value: "> 0" }\n',
  );
  const ran = await ingest('history', '-s', 'history', '-c', 'history.yaml', '--backfill', '--json');
  expect(ran).toMatchObject({ code: 1, stderr: '' });
  const results = ran.stdout
    .trimEnd()
    .split('\n')
    .map((line) => ingestResult.parse(JSON.parse(line)));
  expect(results.map((result) => result.file)).toEqual(['b', 'c', 'a']);
  expect(results.flatMap((result) => result.incidents)).toEqual([]);
});

test('history of Parquet files, and of texts in a declared form, is loaded in the order of its events, too', async () => {
  await mkdir(join(folder, 'mixed-history'));
  await writeFile(
    join(folder, 'mixed-history.yaml'),
    "event_time: at\ncolumns:\n  at: { type: DateTime, timestamp_format: '%d/%m/%Y %H:%M' }\n",
  );
  for (const [name, day] of [
    ['a.parquet', 5],
    ['b.parquet', 2],
  ] as const) {
    const query = `SELECT ${day} AS id, toDateTime('2026-01-0${day} 00:00:00', 'UTC') AS at FORMAT Parquet`;
    const answer = await house.stack.engine.client.exec({ query });
    await writeFile(join(folder, 'mixed-history', name), Buffer.concat(await answer.stream.toArray()));
  }
  await writeFile(join(folder, 'mixed-history', 'c.csv'), 'id,at\n4,04/01/2026 00:00\n');
  await writeFile(join(folder, 'mixed-history', 'd.csv'), 'id,at\n1,02/02/2025 00:00\n');
  await writeFile(join(folder, 'mixed-history', 'e.parquet'), 'PAR1 damaged');
  const ran = await ingest('mixed-history', '-s', 'mixed-history', '-c', 'mixed-history.yaml', '--backfill', '--json');
  const results = ran.stdout
    .trimEnd()
    .split('\n')
    .map((line) => ingestResult.parse(JSON.parse(line)));
  expect(results.map(({ file, rows }) => [file, rows])).toEqual([
    ['d.csv', '1'],
    ['b.parquet', '1'],
    ['c.csv', '1'],
    ['a.parquet', '1'],
    ['e.parquet', '0'],
  ]);
  expect(results.slice(0, -1).every(({ columns }) => columns.every((column) => column.type_errors === '0'))).toBe(true);
});
