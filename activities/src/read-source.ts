import { rulesOfSource, sourceByName, sourceColumns, type Querier } from '@assay/clickhouse';
import type { SourceRef, SourceState } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';

/** The state of a source as last written, or null when there is none. */
export async function readSource(deps: ActivityDeps, ref: SourceRef): Promise<SourceState | null> {
  return storedSource(deps.connection.querier(ref.tenant), ref.source);
}

/** The same, for activities that already hold a querier. */
export async function storedSource(db: Querier, name: string): Promise<SourceState | null> {
  const source = await sourceByName(db, name);
  if (source === undefined) return null;
  const rules = await rulesOfSource(db, source.source_id);
  const newest = rules.reduce((max, rule) => Math.max(max, Number(rule.version)), Number(source.version));
  return {
    source_id: source.source_id,
    source: source.name,
    version: newest,
    document: source.document,
    columns: sourceColumns(source),
    rules: rules.map((rule) => ({
      rule_id: rule.rule_id,
      kind: rule.kind,
      spec: rule.spec,
      version: Number(rule.version),
    })),
    deleted: false,
  };
}
