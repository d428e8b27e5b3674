import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { clickhouseEnv } from '@assay/clickhouse/env';
import { z } from 'zod';

/** Settings of the worker process. */
export const workerEnv = z.object({
  ASSAY_DATA_DIR: z
    .string()
    .default('.assay')
    .transform((folder) => resolve(folder))
    .describe('Folder of everything Assay keeps on this machine.'),
  ...clickhouseEnv.shape,
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:4402').describe('host:port of the Temporal service.'),
  TEMPORAL_NAMESPACE: z.string().default('default').describe('Its namespace.'),
  TEMPORAL_UI_URL: z.string().default('').describe('Address of Temporal’s own web UI, for links; empty hides them.'),
  ASSAY_DASHBOARD_URL: z
    .string()
    .default('http://127.0.0.1:4400')
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('Address of the dashboard, for links in notices.'),
  ASSAY_POLICY_FILE: z
    .string()
    .optional()
    .describe('YAML file of escalation policies; without it `policies.yaml` in the data folder, if there is one.'),
  ASSAY_QUEUES: z
    .string()
    .default('control,load,small')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(['control', 'load', 'small'])).min(1))
    .describe('Task queues this worker serves.'),
  ASSAY_READER_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(Math.min(4, availableParallelism()))
    .meta({ description: 'Threads that read files.', default_says: 'one per core, at most four' }),
  ASSAY_LOADS_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(4)
    .describe('Files over 512 KiB that are read or checked at the same time.'),
  ASSAY_SMALL_LOADS_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(64)
    .describe('Smaller files that are read or checked at the same time.'),
  ASSAY_STEP_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .describe('How often a step of a load is tried when it fails for no reason that is known to pass.'),
  ASSAY_CRASH_AT: z
    .string()
    .regex(/^[a-z.]+:(before|after)$/)
    .optional()
    .describe('For tests: the named step at which the worker kills itself, once.'),
  ASSAY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('How much is logged.'),
});
export type WorkerEnv = z.infer<typeof workerEnv>;
