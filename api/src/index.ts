export { apiEnv } from './env.ts';
export type { AppRouter } from './router.ts';
export { ingestResult, type IngestResult } from './shapes/ingest-result.ts';
export { ingestResultSchemaText } from './shapes/ingest-result-schema.ts';
export type { LoadDetail, Receipt } from './shapes/load.ts';
