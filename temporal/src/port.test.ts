import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, isPortFree } from './port.ts';

test('every port given is free, another one each time, and none that an outgoing connection may be given', async () => {
  const ports = [await freePort(), await freePort(), await freePort()];
  expect(new Set(ports).size).toBe(3);
  for (const port of ports) {
    expect(port).toBeLessThan(32_768);
    expect(await isPortFree(port)).toBe(true);
  }
});

test('a port that is listened on is not free, and passed over', async () => {
  const before = await freePort();
  const server = createServer().listen(before + 1, '127.0.0.1');
  try {
    await once(server, 'listening');
    expect(await isPortFree(before + 1)).toBe(false);
    expect(await freePort()).toBe(before + 2);
  } finally {
    server.close();
  }
});
