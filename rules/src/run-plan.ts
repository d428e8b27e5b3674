import type { Values } from './define.ts';
import { groupingStatement, type Plan } from './plan.ts';
import { splitStatement, type Answer, type AnswerRow, type Statement } from './statement.ts';

/** Runs one statement: its rows, or a sentence when the statement itself is at fault. Throw for what a retry may heal. */
export type RunStatement = (
  statement: Statement,
) => Promise<{ readonly rows: readonly AnswerRow[] } | { readonly error: string }>;

/**
 * Runs a plan: its statements, what of them fails in halves until the one part at fault is alone, then the statements that settle
 * what the first pass left open. Statements run one after the other; the engine uses every core for each.
 */
export async function runPlan(plan: Plan, run: RunStatement): Promise<readonly Answer[]> {
  const first = await runAll(plan.statements, run);
  const second = await runAll(followUps(plan, first), run);
  return [...first, ...second];
}

/** The statements that are still needed after the first pass. */
function followUps(plan: Plan, answers: readonly Answer[]): Statement[] {
  const open = plan.rules.flatMap((rule, index) => {
    if (rule.state === 'broken' || !rule.measure.grouping) return [];
    const { needed } = rule.measure.grouping;
    const groups = valuesOf(answers, index);
    return groups.kind === 'values' &&
      [...groups.values.values()].some(({ values }) => isComplete(rule, values) && needed(values))
      ? [index]
      : [];
  });
  return open.map((index, position) => groupingStatement(plan, index, plan.statements.length + position));
}

/** The values of a rule per group, or the error that its part of a statement ended in. */
export type RuleAnswers =
  | {
      readonly kind: 'values';
      readonly values: ReadonlyMap<string, { readonly keys: AnswerRow; readonly values: Values }>;
      readonly statement: number;
    }
  | { readonly kind: 'error'; readonly error: string; readonly statement: number };

/** Gathers what all statements say of one rule. */
export function valuesOf(answers: readonly Answer[], index: number): RuleAnswers {
  const groups = new Map<string, { keys: AnswerRow; values: Record<string, string | null> }>();
  let number = -1;
  for (const answer of answers) {
    const { statement } = answer;
    for (const [position, part] of statement.parts.entries()) {
      if (part.owner.kind !== 'rule' || part.owner.index !== index) continue;
      number = number === -1 ? statement.number : number;
      if ('error' in answer) return { kind: 'error', error: answer.error, statement: statement.number };
      for (const row of answer.rows) {
        const keys = Object.fromEntries(statement.shape.keys.map(({ alias }) => [alias, row[alias] ?? null]));
        const id = JSON.stringify(keys);
        const group = groups.get(id) ?? { keys, values: {} };
        groups.set(id, group);
        for (const [name, alias] of Object.entries(statement.aliases[position] ?? {}))
          group.values[name] = textOf(row[alias]);
      }
    }
  }
  return { kind: 'values', values: groups, statement: number };
}

/** What statements without groups say of one column of the profile, or of all (null). */
export function profileValues(
  answers: readonly Answer[],
  column: number | null,
): { readonly kind: 'values'; readonly values: Values } | { readonly kind: 'error'; readonly error: string } {
  const values: Record<string, string | null> = {};
  for (const answer of answers) {
    for (const [position, part] of answer.statement.parts.entries()) {
      if (part.owner.kind !== 'profile' || (part.owner.column?.number ?? null) !== column) continue;
      if ('error' in answer) return { kind: 'error', error: answer.error };
      for (const [name, alias] of Object.entries(answer.statement.aliases[position] ?? {}))
        values[name] = textOf(answer.rows[0]?.[alias]);
    }
  }
  return { kind: 'values', values };
}

async function runAll(statements: readonly Statement[], run: RunStatement): Promise<Answer[]> {
  const answers: Answer[] = [];
  const queue = [...statements];
  for (let statement = queue.shift(); statement; statement = queue.shift()) {
    const outcome = await run(statement);
    if ('rows' in outcome) {
      answers.push({ statement, rows: outcome.rows });
      continue;
    }
    const halves = splitStatement(statement);
    if (halves) queue.unshift(...halves);
    else answers.push({ statement, error: outcome.error });
  }
  return answers;
}

// A part that failed in another statement leaves gaps, which its error already explains.
function isComplete(
  rule: { readonly measure: { readonly aggregates: Readonly<Record<string, unknown>> } },
  values: Values,
): boolean {
  return Object.keys(rule.measure.aggregates).every((name) => name in values);
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  return JSON.stringify(value);
}
