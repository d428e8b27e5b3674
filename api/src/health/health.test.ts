import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startTestApi } from '../testing.ts';

test(
  'a ClickHouse that takes connections and answers nothing is told within seconds',
  { timeout: 30_000 },
  async () => {
    const frozen = createServer().listen(0, '127.0.0.1').unref();
    await once(frozen, 'listening');
    const { port } = z.object({ port: z.number() }).parse(frozen.address());
    await using api = await startTestApi({ env: { CLICKHOUSE_URL: `http://127.0.0.1:${port}` } });

    const answer = await api.fetch('/health/ready', { signal: AbortSignal.timeout(10_000) });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      conditions: [
        { name: 'clickhouse', ok: false, says: 'ClickHouse does not answer.' },
        { name: 'migrations', ok: false },
        { name: 'temporal', ok: false },
        { name: 'worker', ok: false },
      ],
    });
  },
);
