export type { AppRouter } from './router.ts';
export type { IngestResult } from './shapes/ingest-result.ts';
export type { Receipt } from './shapes/load.ts';
