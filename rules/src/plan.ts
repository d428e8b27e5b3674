import { count, renderAggregate, type Aggregate } from './aggregate.ts';
import { bindRule, type FittedRule, type VersionedRule } from './bind-rule.ts';
import { stored, type Column } from './column.ts';
import { profileAggregates, sharedAggregates } from './profile.ts';
import { RuleProblem } from './problem.ts';
import { windowSeconds } from './rule-fields.ts';
import { fromRows, segmentKey, windowStart, type RowSet } from './row-set.ts';
import { scopeOf } from './scope.ts';
import { allOf, identifier, join, sql, type Sql } from './sql.ts';
import { makeStatement, type Part, type Statement, type StatementShape } from './statement.ts';

/** What is to be checked. */
export interface PlanInput {
  readonly columns: readonly Column[];
  /** Name of the event-time column. */
  readonly event_time: string | null;
  readonly rules: readonly VersionedRule[];
  /** The rows of the load. */
  readonly rows: RowSet;
  /** How many they are, if known: a small load needs fewer statements and has its distinct values counted exactly. */
  readonly row_count?: bigint;
  /** For each `window` text in the rules: the rows to look at, and the windows this load touches (`touchedWindows`). */
  readonly windows?: ReadonlyMap<string, WindowRows | WindowProblem>;
  /** Whether to profile every column. */
  readonly profile: boolean;
}

export interface WindowRows {
  readonly rows: RowSet;
  /** Starts of windows, seconds since 1970 as decimal text. */
  readonly starts: readonly string[];
  /** Which of the rows are of the load itself; all of them when left out. */
  readonly own?: Sql;
}

/** Why the windows of a length cannot be told: every rule that looks at them gets this as its error. */
export interface WindowProblem {
  readonly error: string;
}

/** A rule in a plan: measured by statements, judged by facts alone, or not evaluable. */
export type PlannedRule =
  ({ readonly state: 'fitted' } & FittedRule) | ({ readonly state: 'broken'; readonly reason: string } & VersionedRule);

/** Statements that measure everything, and what is needed to judge their answers. */
export interface Plan {
  readonly input: PlanInput;
  /** Active and shadow rules in their order; drafts are left out. */
  readonly rules: readonly PlannedRule[];
  readonly statements: readonly Statement[];
  readonly distinct_exact: boolean;
}

/** Segments × windows that one rule may have; more is an error of the rule, not a flood of results. */
export const groupsMax = 1_000;

const expressionsMax = 250;
const textMax = 2_000_000;
const smallRows = 100_000n;

/**
 * Settings that every statement of a plan is to be sent with. Long lists of accepted values make long statements. Lazy evaluation would
 * compute a function that many rules share once for each of them.
 */
export const statementSettings = {
  max_query_size: '67108864',
  max_ast_elements: '2000000',
  max_expanded_ast_elements: '4000000',
  short_circuit_function_evaluation: 'disable',
} as const;

/**
 * Fuses rules into as few scans as possible. Rules that share row set, `by` and `window` share statements; a `where` is a condition
 * of the aggregate, so it costs no scan of its own. Equal expressions are asked once; aggregates with large states go apart.
 */
export function planCheck(input: PlanInput): Plan {
  const rules = input.rules.filter(({ rule }) => rule.mode !== 'draft').map((versioned) => fit(versioned, input));
  const small = input.row_count !== undefined && input.row_count <= smallRows;
  const shapes = new Map<string, { readonly shape: StatementShape; readonly parts: Part[] }>();
  const shapeOf = (key: string, shape: () => StatementShape) => {
    const known = shapes.get(key) ?? { shape: shape(), parts: [] };
    shapes.set(key, known);
    return known.parts;
  };
  const base = (): StatementShape => ({ rows: input.rows, conditions: [], keys: [] });
  if (input.profile) shapeOf('', base).push(...profileParts(input.columns, small));
  rules.forEach((rule, index) => {
    if (rule.state === 'broken' || Object.keys(rule.measure.aggregates).length === 0) return;
    const windows = rule.rule.window === null ? undefined : windowsOf(input, rule.rule.window);
    const key = rule.by.length === 0 && !windows ? '' : JSON.stringify([rule.rule.by, rule.rule.window]);
    shapeOf(key, () => (key === '' ? base() : groupedShape(rule, input.rows, windows))).push(
      rulePart(rule, index, windows),
    );
  });
  const statements = [...shapes.values()].flatMap(({ shape, parts }) => pack(shape, parts, small));
  return {
    input,
    rules,
    distinct_exact: small,
    statements: statements.map((parts, number) => makeStatement(number, parts.shape, parts.parts)),
  };
}

/** The statement that finds the windows a load touches, one row `{start}` each; rows without an event time are in none. */
export function touchedWindows(input: Pick<PlanInput, 'columns' | 'event_time' | 'rows'>, window: string): string {
  const time = scopeOf(input.columns, input.event_time).column('event_time', input.event_time ?? '', ['date', 'time']);
  const start = windowStart(time, windowSeconds(window));
  return sql`SELECT toString(${start}) AS start ${fromRows(input.rows, [sql`isNotNull(${stored(time)})`])} GROUP BY start ORDER BY start LIMIT ${groupsMax + 1}`
    .text;
}

/** Where the answers to a statement's groups are told apart. */
export function groupedShape(rule: FittedRule, rows: RowSet, windows: WindowRows | undefined): StatementShape {
  const segments = rule.by.map((column, index) => ({ alias: `s_${String(index)}`, sql: segmentKey(column) }));
  if (!rule.window || !windows) return { rows, conditions: [], keys: segments };
  const start = windowStart(rule.window.time, rule.window.seconds);
  const starts = windows.starts.map((text) => BigInt(text));
  const window = { alias: 'w_0', sql: sql`toString(${start})` };
  return {
    rows: windows.rows,
    conditions: [...timeRange(rule.window, starts), sql`${start} IN ${tuple(starts)}`],
    keys: [...segments, window],
  };
}

// The bare comparison lets the engine skip what lies outside all windows.
function timeRange(window: { readonly seconds: number; readonly time: Column }, starts: readonly bigint[]): Sql[] {
  const [first] = starts;
  if (first === undefined || window.time.type.kind === 'date') return [];
  const low = starts.reduce((a, b) => (a < b ? a : b), first);
  const high = starts.reduce((a, b) => (a > b ? a : b), first) + BigInt(window.seconds);
  const time = stored(window.time);
  return [
    sql`${time} >= fromUnixTimestamp64Second(${low}, 'UTC')`,
    sql`${time} < fromUnixTimestamp64Second(${high}, 'UTC')`,
  ];
}

function tuple(starts: readonly bigint[]): Sql {
  return starts.length === 0 ? sql`(NULL)` : sql`(${join(starts.map((start) => sql`${start}`))})`;
}

function fit(versioned: VersionedRule, input: PlanInput): PlannedRule {
  try {
    const fitted = bindRule(versioned, input.columns, input.event_time);
    const windows = fitted.rule.window === null ? undefined : input.windows?.get(fitted.rule.window);
    if (windows && 'error' in windows) {
      return { state: 'broken', ...versioned, reason: `the engine could not tell its windows: ${windows.error}` };
    }
    return { state: 'fitted', ...fitted };
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    return { state: 'broken', ...versioned, reason: error.message };
  }
}

/** The windows of a fitted rule. */
export function windowsOf(input: PlanInput, window: string): WindowRows {
  const found = input.windows?.get(window);
  if (!found || 'error' in found)
    throw new RangeError(`The plan was not told which windows of ${window} the load touches.`);
  return found;
}

function profileParts(columns: readonly Column[], exact: boolean): Part[] {
  const shared: Part = { owner: { kind: 'profile', column: null }, outputs: outputsOf(sharedAggregates, null) };
  return [
    shared,
    ...columns.map((column): Part => ({
      owner: { kind: 'profile', column },
      outputs: outputsOf(profileAggregates(column, exact), null),
    })),
  ];
}

function rulePart(rule: FittedRule, index: number, windows: WindowRows | undefined): Part {
  // Only a segment or window without rows under the rule's filter has to be told from one with rows.
  const population: Record<string, Aggregate> = rule.by.length > 0 || rule.window ? { population: count() } : {};
  const own: Record<string, Aggregate> = windows?.own ? { own_rows: count(windows.own) } : {};
  return {
    owner: { kind: 'rule', index },
    outputs: outputsOf({ ...rule.measure.aggregates, ...population, ...own }, rule.where),
  };
}

function outputsOf(aggregates: Readonly<Record<string, Aggregate>>, where: Sql | null): Part['outputs'] {
  return Object.entries(aggregates).map(([name, aggregate]) => ({
    name,
    sql: renderAggregate(aggregate, where),
    heavy: aggregate.heavy === true,
  }));
}

/** Statements of bounded size, the heavy aggregates apart unless there is little to scan. */
function pack(
  shape: StatementShape,
  parts: readonly Part[],
  small: boolean,
): { readonly shape: StatementShape; readonly parts: readonly Part[] }[] {
  const only = (heavy: boolean) =>
    parts
      .map((part) => ({ ...part, outputs: part.outputs.filter((output) => output.heavy === heavy) }))
      .filter((part) => part.outputs.length > 0);
  const bundles = small ? [parts] : [only(false), only(true)];
  return bundles.flatMap((bundle) => chunks(bundle)).map((chunk) => ({ shape, parts: chunk }));
}

function chunks(parts: readonly Part[]): Part[][] {
  const packed: Part[][] = [];
  let current: Part[] = [];
  let distinct = new Set<string>();
  let length = 0;
  for (const part of parts) {
    const fresh = part.outputs.map((output) => output.sql.text).filter((text) => !distinct.has(text));
    const added = fresh.reduce((sum, text) => sum + text.length, 0);
    if (current.length > 0 && (distinct.size + fresh.length > expressionsMax || length + added > textMax)) {
      packed.push(current);
      current = [];
      distinct = new Set();
      length = 0;
    }
    for (const { sql: output } of part.outputs) distinct.add(output.text);
    length += added;
    current.push(part);
  }
  return current.length === 0 ? packed : [...packed, current];
}

/** The statement that settles what a first pass left open: rows are counted per key, exactly. */
export function groupingStatement(plan: Plan, index: number, number: number): Statement {
  const rule = plan.rules[index];
  if (rule?.state !== 'fitted' || !rule.measure.grouping)
    throw new RangeError(`Rule ${String(index)} has nothing to group by.`);
  const { key, when, aggregates } = rule.measure.grouping;
  const windows = rule.rule.window === null ? undefined : windowsOf(plan.input, rule.rule.window);
  const shape = groupedShape(rule, plan.input.rows, windows);
  const aliases = shape.keys.map((grouped) => sql`${grouped.sql} AS ${identifier(grouped.alias)}`);
  const names = shape.keys.map((grouped) => identifier(grouped.alias));
  const conditions = [...shape.conditions, when, ...(rule.where ? [rule.where] : [])];
  const perKey = sql`(SELECT ${join([...aliases, sql`count() AS n`])} ${fromRows(shape.rows, [allOf(conditions)])} GROUP BY ${join([...names, ...key])})`;
  const outer: StatementShape = {
    rows: { relation: perKey, condition: null },
    conditions: [],
    keys: shape.keys.map((grouped) => ({ alias: grouped.alias, sql: identifier(grouped.alias) })),
  };
  const outputs = Object.entries(aggregates).map(([name, given]) => ({
    name,
    sql: sql`toString(${given})`,
    heavy: true,
  }));
  return makeStatement(number, outer, [{ owner: { kind: 'rule', index }, outputs }]);
}
