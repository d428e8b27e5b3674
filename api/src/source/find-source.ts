import { listSources, rulesOfSource, sourceByName, sourceColumns, type SourceVersion } from '@assay/clickhouse';
import { didYouMean, parseDocument } from '@assay/rules';
import type { StoredDocument } from '../documents.ts';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** The source with this name. Throws `not_found`, with the nearest name there is, when the tenant has none. */
export async function findSource(ctx: AuthorizedContext, name: string): Promise<SourceVersion> {
  const found = await sourceByName(ctx.db, name);
  if (found !== undefined) return found;
  const names = (await listSources(ctx.db)).map((source) => source.name);
  throw new RequestProblem('not_found', `There is no source called ${name}${didYouMean(name, names) || '.'}`);
}

/** A stored source with its rules, as the documents of it are written from. */
export async function storedDocumentOf(ctx: AuthorizedContext, source: SourceVersion): Promise<StoredDocument> {
  const rules = await rulesOfSource(ctx.db, source.source_id);
  return {
    source: source.name,
    document: source.document,
    columns: sourceColumns(source),
    rules: rules.map(({ rule_id, kind, spec }) => ({ rule_id, kind, spec })),
  };
}

/** The fields of a stored source document that pages show or that decide what may be shown. */
export function sourceFactsOf(source: SourceVersion): {
  owner: string | null;
  labels: Readonly<Record<string, string>>;
  event_time: string | null;
  masked: ReadonlySet<string>;
} {
  const { owner, labels, event_time, columns } = parseDocument(JSON.parse(source.document));
  const masked = columns.filter((column) => column.mask).map((column) => column.name);
  return { owner, labels, event_time, masked: new Set(masked) };
}
