import type { SourceVersion } from '@assay/clickhouse';
import type { SourceDocument } from '@assay/rules';
import { documentOf, problemOf, type StoredDocument } from '../documents.ts';
import { problemsOfRule, ruleBedOf } from '../rule/rule-bed.ts';
import type { Problem } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** What is wrong with the rules of a document, each tried alone against the columns that would be in force with it. */
export async function documentProblems(
  ctx: AuthorizedContext,
  wanted: SourceDocument,
  present: { source: SourceVersion; stored: StoredDocument } | undefined,
): Promise<Problem[]> {
  const named = new Set(wanted.columns.filter((column) => column.type !== null).map((column) => column.name));
  const inForce = present === undefined ? [] : documentOf(present.stored).columns;
  const columns = [
    ...wanted.columns.filter((column) => named.has(column.name)),
    ...inForce.filter((column) => !named.has(column.name)),
  ];
  const bed = await ruleBedOf(ctx, { ...wanted, columns }, present?.source.source_id);
  const found = await Promise.all(
    wanted.rules.map(async (rule, place) =>
      (await problemsOfRule(ctx, rule, bed)).map(({ path, message }) =>
        problemOf({ path: ['rules', place, ...path], message: `rule ${rule.rule_id}: ${message}` }, null),
      ),
    ),
  );
  return found.flat();
}
