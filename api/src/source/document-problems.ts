import type { SourceVersion } from '@assay/clickhouse';
import { nearest, sourceProblems, type SourceDocument } from '@assay/rules';
import { documentOf, problemOf, type StoredDocument } from '../documents.ts';
import { problemsOfRule, ruleBedOf } from '../rule/rule-bed.ts';
import type { Problem } from '../shapes/problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** What is wrong with a document in view of the columns that would be in force with it; each rule is tried alone. */
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
  const whole = { ...wanted, columns };
  const bed = await ruleBedOf(ctx, whole, present?.source.source_id);
  const own = [...sourceProblems(whole), ...(bed.settled ? unknownColumns(wanted, columns) : [])];
  const found = await Promise.all(
    wanted.rules.map(async (rule, place) =>
      (await problemsOfRule(ctx, rule, bed)).map(({ path, message }) =>
        problemOf({ path: ['rules', place, ...path], message: `rule ${rule.rule_id}: ${message}` }, null),
      ),
    ),
  );
  return [...own.map((problem) => problemOf(problem, null)), ...found.flat()];
}

/** Once a file has settled the columns, a name that none has is a mistake. */
function unknownColumns(
  { event_time, key, columns }: SourceDocument,
  inForce: SourceDocument['columns'],
): { path: (string | number)[]; message: string }[] {
  const names = [...inForce, ...columns].map((column) => column.name);
  const used = [
    ...(event_time === null ? [] : [{ path: ['event_time'], name: event_time }]),
    ...key.map((name, place) => ({ path: ['key', place], name })),
  ];
  return used
    .filter(({ name }) => !names.includes(name) && nearest(name, names) === undefined)
    .map(({ path, name }) => ({
      path,
      message: `\`${path[0]}\`: the source has no column called ${JSON.stringify(name)}`,
    }));
}
