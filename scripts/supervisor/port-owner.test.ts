import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '@assay/temporal';
import { expect, test } from 'vitest';
import { portOwner } from './port-owner.ts';

test('names the program that listens as people know it, and nobody once it is gone', async () => {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(portOwner(port)).toEqual({ pid: process.pid, program: 'node' });
  server.close();
  await once(server, 'close');
  expect(portOwner(port)).toBeUndefined();
});
