import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, openInbox } from '@assay/clickhouse';
import { connectOptions } from '@assay/clickhouse/env';
import { pino, type Logger } from 'pino';
import { z } from 'zod';
import type { ApiEnv } from './env.ts';
import { createLinks } from './links.ts';
import { openEventFeed } from './live/event-feed.ts';
import type { Services } from './services.ts';
import { OneAtATime } from './upload/one-at-a-time.ts';
import type { Pace } from './upload/paced-body.ts';
import { UploadSlots } from './upload/upload-slots.ts';
import { connectOrchestrator } from './temporal/temporal-orchestrator.ts';

/** Where accepted files lie in a data folder. */
function inboxFolder(env: ApiEnv): string {
  return join(env.ASSAY_DATA_DIR, 'inbox');
}

/** @param base address of the dashboard */
export async function openServices(env: ApiEnv, pace: Pace, base: () => string): Promise<Services & AsyncDisposable> {
  await mkdir(env.ASSAY_DATA_DIR, { recursive: true });
  const log: Logger = pino({ name: 'api', level: env.ASSAY_LOG_LEVEL });
  const connection = connect({ ...connectOptions(env), connections_max: 16 });
  const namespace = env.TEMPORAL_NAMESPACE;
  const orchestrator = connectOrchestrator({ address: env.TEMPORAL_ADDRESS, namespace });
  const feed = openEventFeed({ connection, log, now: Date.now });
  return {
    connection,
    orchestrator,
    inbox: await openInbox(inboxFolder(env)),
    feed,
    uploads: {
      slots: new UploadSlots(env.ASSAY_UPLOADS_AT_ONCE, pace.slot_ms),
      contents: new OneAtATime(),
      limits: {
        folder: inboxFolder(env),
        bytes_max: env.ASSAY_UPLOAD_BYTES_MAX,
        disk_floor: env.ASSAY_DISK_FLOOR_BYTES,
      },
    },
    log,
    links: createLinks({ base, temporal_ui: env.TEMPORAL_UI_URL, namespace }),
    version: packageVersion(),
    started_at: Date.now(),
    now: Date.now,
    async [Symbol.asyncDispose]() {
      feed.close();
      await orchestrator.close();
      await connection.close();
    },
  };
}

function packageVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
