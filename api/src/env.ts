import { resolve } from 'node:path';
import { clickhouseEnv } from '@assay/clickhouse/env';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../..');
const wholeNumber = z.coerce.number().int().min(0);

/** Settings of the API process. */
export const apiEnv = z.object({
  ASSAY_DATA_DIR: z
    .string()
    .min(1)
    .default('.assay')
    .transform((folder) => resolve(root, folder))
    .describe('Folder of everything Assay keeps on this machine.'),
  ASSAY_HOST: z.string().min(1).default('127.0.0.1').describe('Address the API and dashboard listen on.'),
  ASSAY_PORT: z.coerce.number().int().min(0).max(65_535).default(4400).describe('Port of the API and dashboard.'),
  ASSAY_DASHBOARD_URL: z
    .url()
    .optional()
    .describe('Address of the dashboard as people reach it, for links; where the API listens when left out.'),
  ASSAY_UPLOADS_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(16)
    .describe('Uploads received at the same time; more wait for their turn.'),
  ASSAY_UPLOAD_BYTES_MAX: wholeNumber.default(50 * 1024 ** 3).describe('Largest file that is received, in bytes.'),
  ASSAY_DISK_FLOOR_BYTES: wholeNumber
    .default(512 * 1024 ** 2)
    .describe('Free space that uploads leave alone, in bytes.'),
  ...clickhouseEnv.shape,
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:4402').describe('host:port of the Temporal service.'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe('Its namespace.'),
  TEMPORAL_UI_URL: z.string().default('').describe('Address of Temporal’s own web UI, for links; empty hides them.'),
  ASSAY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('How much is logged.'),
});
export type ApiEnv = z.infer<typeof apiEnv>;
