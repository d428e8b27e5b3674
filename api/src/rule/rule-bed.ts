import { hasDataTable, QueryError } from '@assay/clickhouse';
import {
  parseColumnType,
  patternRefusal,
  ruleFields,
  validateRule,
  type Column,
  type Rule,
  type SourceDocument,
} from '@assay/rules';
import { problemOf } from '../documents.ts';
import type { Problem } from '../shapes/problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** What rules of a source are tried against. */
export interface RuleBed {
  readonly columns: readonly Column[];
  readonly event_time: string | null;
  /** Whether a file has settled the columns; before that, one that is not declared may still come. */
  readonly settled: boolean;
}

/** @param source_id undefined for a source that does not exist yet */
export async function ruleBedOf(
  ctx: AuthorizedContext,
  document: SourceDocument,
  source_id: string | undefined,
): Promise<RuleBed> {
  const columns = document.columns.flatMap(({ name, type: text, mask }, place): Column[] => {
    const type = text === null ? undefined : parseColumnType(text);
    return type === undefined ? [] : [{ name, number: place + 1, type, masked: mask }];
  });
  const settled = source_id !== undefined && columns.length > 0 && (await hasDataTable(ctx.db, source_id));
  return { columns, event_time: document.event_time, settled };
}

/** Everything that keeps a rule from being saved: that it does not fit the columns, or what the engine says of its pattern or expression. */
export async function problemsOfRule(ctx: AuthorizedContext, rule: Rule, bed: RuleBed): Promise<Problem[]> {
  const { problems, statement } = validateRule(rule, bed.columns, bed.event_time);
  const told = bed.settled ? problems : problems.filter(({ message }) => !mayStillCome(message));
  if (told.length > 0) return told.map(({ path, message }) => problemOf({ path: pathIn(rule, path), message }, null));
  if (statement === null) return [];
  try {
    await ctx.db.statement(statement, { settings: { max_execution_time: 5, max_memory_usage: '500000000' } });
    return [];
  } catch (error) {
    if (!(error instanceof QueryError) || error.retryable) throw error;
    return [problemOf({ path: [rule.kind, ...suspectOf(rule)], message: engineWords(error.message) }, null)];
  }
}

/** The engine's words as a sentence: what it says of a pattern, or its own without codes and versions. */
function engineWords(message: string): string {
  const pattern = patternRefusal(message);
  if (pattern !== undefined) return pattern;
  const plain = message
    .replace(/^Code: \d+\. /, '')
    .replace(/\s*\(version [^)]*\)\)?\s*$/, '')
    .replace(/\.+$/, '');
  return `ClickHouse does not take it: ${plain}`;
}

/** The field whose text only the engine can read. */
function suspectOf(rule: Rule): string[] {
  return ['pattern', 'expression'].filter((field) => field in rule.config);
}

/** Before the first file an unknown column is no mistake, unless it looks like one that is declared. */
function mayStillCome(message: string): boolean {
  return message.includes('does not exist') && !message.includes('did you mean');
}

/** Where a field stands in the rule as people write it: the config lies under the name of the kind. */
function pathIn(rule: Rule, path: readonly (string | number)[]): readonly (string | number)[] {
  const [first] = path;
  return typeof first === 'string' && first in ruleFields.shape ? path : [rule.kind, ...path];
}
