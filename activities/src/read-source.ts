import { highestCommitVersion, rulesOfSource, sourceByName, sourceColumns, type Querier } from '@assay/clickhouse';
import type { Activities, SourceRef, SourceState } from '@assay/workflows';
import { firstDecisionVersion } from './decide-publication.ts';
import type { ActivityDeps } from './deps.ts';

/** What a source's workflow begins with: the state as last written, and how many decisions are stored; null when there is no source. */
export async function readSource(deps: ActivityDeps, ref: SourceRef): ReturnType<Activities['readSource']> {
  const db = deps.connection.querier(ref.tenant);
  const state = await storedSource(db, ref.source);
  if (state === null) return null;
  const version = await highestCommitVersion(db, state.source_id);
  return { ...state, decisions: Math.max(0, version - firstDecisionVersion) };
}

/** The state of a source as last written, or null when there is none. */
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
