import { sourceColumns, type Load, type SourceVersion } from '@assay/clickhouse';
import type { SourceSummary } from '../shapes/source.ts';
import { sourceFactsOf } from './find-source.ts';

/**
 * A source as lists and its own page show it.
 * @param beside its newest loads, oldest first
 */
export function summarizeSource(
  source: SourceVersion,
  beside: { loads: readonly Load[]; rules: number; incidents_open: number },
): SourceSummary {
  const { owner, labels } = sourceFactsOf(source);
  return {
    source_id: source.source_id,
    source: source.name,
    version: source.version,
    owner,
    labels: { ...labels },
    changed_at: source.changed_at,
    columns: sourceColumns(source).length,
    rules: beside.rules,
    latest_load: beside.loads.at(-1) ?? null,
    recent: beside.loads.map(({ load_id, received_at, verdict, state }) => ({ load_id, received_at, verdict, state })),
    incidents_open: beside.incidents_open,
  };
}
