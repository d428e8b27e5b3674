import type { TestEngine } from '@assay/clickhouse/testing';
import type { Column } from './column.ts';
import { encodedName } from './column.ts';
import { parseColumnType, storageType } from './column-type.ts';
import type { ExampleValue } from './define.ts';
import {
  planEvidence,
  evidenceRowsStatement,
  readEvidenceLines,
  readEvidenceRows,
  type EvidenceRow,
} from './evidence.ts';
import type { Facts } from './facts.ts';
import { judgePlan, type Judgement } from './judge.ts';
import { planCheck, statementSettings, type Plan, type PlanInput } from './plan.ts';
import { runPlan, type RunStatement } from './run-plan.ts';
import { identifier, join, sql } from './sql.ts';
import type { Answer, AnswerRow } from './statement.ts';

export type ExampleRow = Readonly<Record<string, ExampleValue>>;

/** Columns from their types as people write them; numbers leave gaps, as those of a source that changed do. */
export function columnsOf(types: Readonly<Record<string, string>>, masked: readonly string[] = []): Column[] {
  return Object.entries(types).map(([name, text], index) => {
    const type = parseColumnType(text);
    if (!type) throw new Error(`${text} is no type`);
    return { name, number: index * 2 + 1, type, masked: masked.includes(name) };
  });
}

let tables = 0;

/** A table of the physical layout with these rows in one load, line = position from 1. Returns its name in SQL. */
export async function tableOf(engine: TestEngine, columns: readonly Column[], rows: readonly ExampleRow[]) {
  tables++;
  const table = identifier(`data_${String(tables)}`);
  const own = sql`_assay_load_id UInt64, _assay_chunk_id UInt64, _assay_line UInt64, _assay_byte_offset UInt64, _assay_received_at DateTime('UTC'), _assay_absent Array(UInt16), _assay_type_errors Map(String, String), _assay_extra Map(String, String)`;
  const declared = columns.map((column) => `, ${encodedName(column)} ${storageType(column.type)}`).join('');
  await engine.client.command({
    query: `CREATE TABLE ${table.text} (${own.text}${declared}) ENGINE = MergeTree ORDER BY (_assay_load_id, _assay_chunk_id, _assay_line)`,
  });
  if (rows.length > 0) {
    const tuples = rows.map((row, index) => {
      const absent = columns.filter((column) => !(column.name in row)).map((column) => column.number);
      const errors = columns.flatMap((column) => {
        const value = row[column.name];
        return typeof value === 'object' && value !== null ? [sql`${encodedName(column)}, ${value.type_error}`] : [];
      });
      const values = columns.map((column) => {
        const value = row[column.name];
        return value === undefined || value === null || typeof value === 'object'
          ? sql`NULL`
          : sql`CAST(${String(value)}, ${storageType(column.type)})`;
      });
      return sql`(7, ${100 + (index % 3)}, ${index + 1}, ${index * 10}, now(), ${absent}, map(${join(errors)}), map()${values.length > 0 ? sql`, ` : sql``}${join(values)})`;
    });
    await engine.client.command({ query: sql`INSERT INTO ${table} VALUES ${join(tuples)}`.text });
  }
  return { relation: table, condition: sql`_assay_load_id = 7` };
}

const someFacts: Facts = { records: '0', rejects: '0', columns_seen: null, judged_at: '2024-06-01T00:00:00Z' };

/** Runs statements on the engine; what the engine refuses is an answer, too. */
export function runOn(engine: TestEngine): RunStatement {
  return async (statement) => {
    try {
      return { rows: await rowsOf(engine, statement.sql) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** The rows of a query, with the settings under which rules are judged. */
export async function rowsOf(engine: TestEngine, query: string): Promise<AnswerRow[]> {
  const answer = await engine.client.query({ query, format: 'JSONEachRow', clickhouse_settings: statementSettings });
  return answer.json<AnswerRow>();
}

export interface Checked extends Judgement {
  readonly plan: Plan;
  readonly answers: readonly Answer[];
  readonly evidence: readonly EvidenceRow[];
}

/** Plans, runs, judges and looks for evidence, as a check of a load does. */
export async function check(
  engine: TestEngine,
  input: PlanInput,
  more: { readonly facts?: Partial<Facts>; readonly key?: readonly string[] } = {},
): Promise<Checked> {
  const plan = planCheck(input);
  const answers = await runPlan(plan, runOn(engine));
  const judgement = judgePlan(plan, answers, { ...someFacts, ...more.facts });
  const wanted = planEvidence(plan, judgement.results);
  if (!wanted) return { ...judgement, plan, answers, evidence: [] };
  const lines = readEvidenceLines(await rowsOf(engine, wanted.statement));
  const key = more.key ?? [];
  const found = await rowsOf(engine, evidenceRowsStatement(plan, wanted, { lines, key }));
  return { ...judgement, plan, answers, evidence: readEvidenceRows(plan, wanted, { rows: found, key }) };
}
