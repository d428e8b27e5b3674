import { join } from 'node:path';
import { commitOfLoad, dataColumn, dataTable, typeOfColumn, type Querier } from '@assay/clickhouse';
import {
  identifier,
  parseSourceYaml,
  planCheck,
  runPlan,
  sql,
  statementSettings,
  type PlanInput,
  type VersionedRule,
} from '@assay/rules';
import { z } from 'zod';
import type { BenchOptions } from './measure-loads.ts';
import { benchColumns, writeBenchFile } from './rows.ts';
import { benchRules, benchSource, cheapRules, type BenchRule } from './rules.ts';
import { printTable, shown, summarize } from './table.ts';

/** The same rules through the planner at once, and one after the other. */
export async function measureRules({ house, folder, rows, runs }: BenchOptions): Promise<void> {
  const { stack } = house;
  const file = join(folder, 'rules.jsonl');
  await writeBenchFile({ path: file, rows, odd: 0, format: 'jsonl' });
  await stack.describe('bench-planner', benchSource('bench-planner', benchColumns, []));
  const { load } = await house.load('bench-planner', file);
  const commit = await commitOfLoad(stack.db, load.source_id, load.load_id);
  if (commit === undefined) throw new Error('the bench load has no commit');
  const columns = z.array(dataColumn).parse(JSON.parse(commit.columns));
  const input: Omit<PlanInput, 'rules'> = {
    columns: columns.map((column) => ({ ...column, type: typeOfColumn(column), masked: false })),
    event_time: 'at',
    rows: {
      relation: sql`${identifier(dataTable(load.source_id))}`,
      condition: sql`_assay_load_id = ${BigInt(load.load_id)}`,
    },
    row_count: BigInt(load.rows),
    profile: false,
  };

  const table: string[][] = [];
  for (const [name, rules] of [
    ['30 rules', benchRules],
    ['400 cheap rules', cheapRules],
  ] as const) {
    const document = read(rules);
    const fused: number[] = [];
    const single: number[] = [];
    for (let run = 0; run <= runs; run++) {
      const together = await timed(stack.db, input, document);
      let apart = 0;
      for (const rule of document) apart += await timed(stack.db, input, [rule]);
      if (run === 0) continue;
      fused.push(together);
      single.push(apart);
    }
    const ratio = summarize(fused.map((seconds, run) => seconds / (single[run] ?? Number.NaN)));
    table.push([
      name,
      shown(summarize(fused)),
      shown(summarize(single)),
      ratio.median.toFixed(2),
      `${(1 / ratio.median).toFixed(1)} ×`,
    ]);
  }
  printTable(`Rules over ${rows.toLocaleString('en')} rows`, ['what', 'fused', 'one by one', 'ratio', 'faster'], table);
}

function read(rules: readonly BenchRule[]): VersionedRule[] {
  const parsed = parseSourceYaml(benchSource('bench-planner', benchColumns, rules));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value.rules.map((rule) => ({ rule, version: '1' }));
}

async function timed(db: Querier, input: Omit<PlanInput, 'rules'>, rules: readonly VersionedRule[]): Promise<number> {
  const started = performance.now();
  await runPlan(planCheck({ ...input, rules }), (statement) =>
    db.statement(statement.sql, { settings: statementSettings }),
  );
  return (performance.now() - started) / 1_000;
}
