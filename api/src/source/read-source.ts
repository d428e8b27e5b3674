import { sourceColumns, sourceHistory } from '@assay/clickhouse';
import type { z } from 'zod';
import { writtenOf } from '../documents.ts';
import type { SourceDocument, sourceRevision } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findSource, storedDocumentOf } from './find-source.ts';

/** The source document with its rules. Throws `not_found`. */
export async function documentOfSource(ctx: AuthorizedContext, name: string): Promise<SourceDocument> {
  const source = await findSource(ctx, name);
  const { document, yaml } = writtenOf(await storedDocumentOf(ctx, source));
  return { source: name, version: source.version, document, yaml };
}

/** Every version of a source, newest first. Throws `not_found`. */
export async function historyOfSource(
  ctx: AuthorizedContext,
  name: string,
): Promise<{ items: z.infer<typeof sourceRevision>[] }> {
  const source = await findSource(ctx, name);
  const versions = await sourceHistory(ctx.db, source.source_id);
  return {
    items: versions.map((version) => ({
      version: version.version,
      changed_at: version.changed_at,
      changed_by: version.changed_by,
      why: version.why,
      deleted: version.deleted,
      columns: sourceColumns(version).length,
    })),
  };
}
