import { join, resolve } from 'node:path';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const ports = 'write a port, a whole number from 1 to 65535';
const port = z.coerce.number(ports).int(ports).min(1, ports).max(65_535, ports);
const address = z.url('write an address such as http://127.0.0.1:4400');

/** Settings of `pnpm start` and `pnpm dev`, which start the other processes and hand these on. */
export const startEnv = z.object({
  ASSAY_DATA_DIR: z
    .string()
    .min(1)
    .default('.assay')
    .transform((folder) => resolve(root, folder))
    .describe('Folder of everything Assay keeps on this machine.'),
  ASSAY_HOST: z.string().min(1).default('127.0.0.1').describe('Address the API and dashboard listen on.'),
  ASSAY_DASHBOARD_URL: address
    .optional()
    .describe('Address of the dashboard as people reach it, for links; where the API listens when left out.'),
  ASSAY_PORT: port.default(4400).describe('Port of the API and dashboard.'),
  ASSAY_ENGINE_PORT: port.default(4401).describe('Loopback port of the embedded engine.'),
  ASSAY_TEMPORAL_PORT: port.default(4402).describe('Loopback port of the Temporal server started here.'),
  ASSAY_TEMPORAL_UI_PORT: port.default(4403).describe('Loopback port of its web UI.'),
  ASSAY_WEB_PORT: port.default(4404).describe('Loopback port of the dashboard with reload, for `pnpm dev`.'),
  ASSAY_EXAMPLES: z
    .enum(['first_start', 'never'], 'write first_start or never')
    .default('first_start')
    .describe('Whether the example feeds are loaded into a new data folder.'),
  CLICKHOUSE_URL: address
    .optional()
    .describe('A ClickHouse server to use; without one the embedded engine is started.'),
  TEMPORAL_ADDRESS: z
    .string()
    .optional()
    .describe('host:port of a Temporal service to use; without one a server is started here.'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe('Namespace of the Temporal service.'),
  TEMPORAL_UI_URL: z.string().optional().describe('Address of the Temporal web UI, for links.'),
});
export type StartEnv = z.infer<typeof startEnv>;
