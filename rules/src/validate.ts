import { renderAggregate } from './aggregate.ts';
import { bindRule, ruleProblems } from './bind-rule.ts';
import { storageType } from './column-type.ts';
import { encodedName, familyOf, type Column, type TypeFamily } from './column.ts';
import type { Rule } from './kinds/registry.gen.ts';
import type { Problem } from './problem.ts';
import { identifier, join, sql, type Sql } from './sql.ts';

/** What keeps a rule from being saved, and what the engine is to be asked when nothing of ours does. */
export interface Validation {
  readonly problems: readonly Problem[];
  /** Runs the rule over two made-up rows, without any table; an error is the engine's word on a pattern or an expression. Null when there is nothing to run. */
  readonly statement: string | null;
}

/** Validates a rule alone, before it is saved and before it is fused with others. */
export function validateRule(rule: Rule, columns: readonly Column[], event_time: string | null): Validation {
  const problems = ruleProblems(rule, columns, event_time);
  if (problems.length > 0) return { problems, statement: null };
  const { measure, where } = bindRule({ rule, version: '0' }, columns, event_time);
  const outputs = Object.values(measure.aggregates).map((aggregate) => renderAggregate(aggregate, where));
  if (outputs.length === 0) return { problems, statement: null };
  return { problems, statement: sql`SELECT ${join(outputs)} FROM ${sampleRows(columns)}`.text };
}

const samples: Readonly<Record<TypeFamily, string>> = {
  text: 'a',
  number: '1',
  bool: 'true',
  date: '2024-02-29',
  time: '2024-02-29 12:00:00',
};

// One row of values and one of NULLs; `materialize` keeps the engine from deciding anything before it runs.
function sampleRows(columns: readonly Column[]): Sql {
  const own = [
    sql`toUInt64(1) AS _assay_line`,
    sql`CAST([], 'Array(UInt16)') AS _assay_absent`,
    sql`CAST(map(), 'Map(String, String)') AS _assay_type_errors`,
    sql`CAST(map(), 'Map(String, String)') AS _assay_extra`,
  ];
  const row = (valueOf: (column: Column) => Sql) => {
    const values = columns.map(
      (column) =>
        sql`materialize(CAST(${valueOf(column)}, ${storageType(column.type)})) AS ${identifier(encodedName(column))}`,
    );
    return sql`SELECT ${join([...own, ...values])}`;
  };
  return sql`(${row((column) => sql`${samples[familyOf(column.type)]}`)} UNION ALL ${row(() => sql`NULL`)})`;
}
