import type { SourceVersion } from '@assay/clickhouse';
import { plain, readRule } from '@assay/rules';
import type { RuleText } from '@assay/workflows';
import { problemOf, textOfRule, type Read } from '../documents.ts';

/** Reads a rule as people write it for a source. */
export function checkRule(written: Readonly<Record<string, unknown>>, _source: SourceVersion): Read<RuleText> {
  const read = readRule(plain(written));
  return read.ok
    ? { ok: true, value: textOfRule(read.value) }
    : { ok: false, problems: read.problems.map((found) => problemOf(found, null)) };
}
