import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { allSettings } from './settings/all-settings.ts';

const root = join(import.meta.dirname, '..');
const compose = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        build: z.string().optional(),
        command: z.array(z.string()).optional(),
        environment: z.record(z.string(), z.string()).default({}),
      }),
    ),
  })
  .parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }));

const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

test('the containers run the same entry points as one machine does', () => {
  const commands = ours.map(([, { command }]) => command?.join(' ') ?? '');
  const entries = commands.flatMap((command) => command.match(/[\w/-]+\.ts/g) ?? []);
  expect(entries.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(entries).toEqual(expect.arrayContaining(['activities/src/worker.ts', 'api/src/server.ts']));
});

test('the containers are set up by settings that exist', () => {
  const known = new Set([...allSettings().map(({ name }) => name), 'ASSAY_URL', 'ASSAY_API_KEY']);
  const unknown = ours.flatMap(([, { environment }]) => Object.keys(environment).filter((name) => !known.has(name)));
  expect(unknown).toEqual([]);
});

test('the image has what confines the process that opens Parquet files: the prlimit of Debian', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const bases = dockerfile.match(/^FROM node:.*$/gm) ?? [];
  expect(bases).toHaveLength(1);
  expect(bases[0]).toMatch(/^FROM node:\d+-(?:bookworm|trixie)(?:-slim)? /);
});

test('two workers share all task queues', () => {
  const queues = ours.flatMap(([, { environment }]) => environment['ASSAY_QUEUES']?.split(',') ?? []);
  expect(queues.sort()).toEqual(['control', 'load', 'small']);
});

const tool = [['docker', 'compose'], ['docker-compose']].find(
  ([command = '', ...args]) => spawnSync(command, [...args, 'version'], { stdio: 'ignore' }).status === 0,
);

test.skipIf(tool === undefined)(
  `docker compose accepts the file${tool ? '' : ' (skipped: this machine has neither docker compose nor docker-compose)'}`,
  () => {
    const [command = '', ...args] = tool ?? [];
    const env = { ...process.env, CLICKHOUSE_PASSWORD: 'x', POSTGRES_PASSWORD: 'y' };
    const { status, stderr } = spawnSync(command, [...args, 'config'], { cwd: root, env });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  },
);
