import { z } from 'zod';
import { ingestResult } from './ingest-result.ts';

/** The JSON Schema (draft 2020-12) of what `ingest --json` prints, as it is published and served. */
export function ingestResultSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(ingestResult, { io: 'output' });
  return { $schema, $id: 'ingest-result.schema.json', ...schema };
}

/** The text of `docs/ingest-result.schema.json`. */
export function ingestResultSchemaText(): string {
  return `${JSON.stringify(ingestResultSchema(), null, 2)}\n`;
}
