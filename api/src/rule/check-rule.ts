import type { SourceVersion } from '@assay/clickhouse';
import { plain, readRule } from '@assay/rules';
import type { RuleText } from '@assay/workflows';
import { documentOf, problemOf, type Read } from '../documents.ts';
import { storedDocumentOf } from '../source/find-source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { problemsOfRule, ruleBedOf } from './rule-bed.ts';

/** Reads a rule as people write it and tries it against its source: its form, its columns, then the engine. */
export async function checkRule(
  ctx: AuthorizedContext,
  written: Readonly<Record<string, unknown>>,
  source: SourceVersion,
): Promise<Read<RuleText>> {
  const read = readRule(plain(written));
  if (!read.ok) return { ok: false, problems: read.problems.map((found) => problemOf(found, null)) };
  const document = documentOf(await storedDocumentOf(ctx, source));
  const problems = await problemsOfRule(ctx, read.value, await ruleBedOf(ctx, document, source.source_id));
  if (problems.length > 0) return { ok: false, problems };
  const { rule_id, kind } = read.value;
  return { ok: true, value: { rule_id, kind, spec: JSON.stringify(read.value) } };
}
