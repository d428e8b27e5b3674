import type { SourceVersion } from '@assay/clickhouse';
import { plain, readRule } from '@assay/rules';
import type { RuleText } from '@assay/workflows';
import { problemOf, type Read } from '../documents.ts';

/** Reads a rule as people write it for a source. */
export function checkRule(written: Readonly<Record<string, unknown>>, _source: SourceVersion): Read<RuleText> {
  const read = readRule(plain(written));
  if (!read.ok) return { ok: false, problems: read.problems.map((found) => problemOf(found, null)) };
  const { rule_id, kind } = read.value;
  return { ok: true, value: { rule_id, kind, spec: JSON.stringify(read.value) } };
}
