import { z } from 'zod';
import type { FittedRule } from './bind-rule.ts';
import { encodedName, isTypeError, stored, type Column } from './column.ts';
import { groupedShape, windowsOf, type Plan } from './plan.ts';
import type { RuleResult } from './result.ts';
import { fromRows, keyTuple, segmentKey, segmentText, windowStart } from './row-set.ts';
import { allOf, anyOf, identifier, join, sql, type Sql } from './sql.ts';

/** A row that rules found at fault, with every one of them. */
export interface EvidenceRow {
  readonly line: string;
  readonly byte_offset: string;
  readonly chunk_id: string;
  /** Rules whose evidence this row is, with why, in the order of the plan. */
  readonly rule_ids: readonly string[];
  readonly reasons: readonly string[];
  /** The segment each of these rules judged it in, in their order; '' for a rule without segments. */
  readonly segments: readonly string[];
  /** Columns these rules read. */
  readonly failing_columns: readonly string[];
  /** Values of the source's key columns, as text. */
  readonly key: Readonly<Record<string, string | null>>;
  /** Values of the columns these rules opted in. */
  readonly columns: Readonly<Record<string, string | null>>;
}

/** What stands in the place of a masked value. */
export const maskedValue = '•••';

/** How many rows are kept per rule unless told. */
const evidenceCap = 100;

/** Of so many failing segments each keeps rows of its own, at least so many: else the first one could take the place of all others. */
const ownSegments_max = 20;
const segmentRows_min = 20;

/** A search for the rows behind the failures of a check: first their lines, then the rows. */
export interface EvidencePlan {
  readonly sources: readonly EvidenceSource[];
  /** Finds the first lines of each rule, one pass over the load for all of them. One row `{lines}`. */
  readonly statement: string;
}

interface EvidenceSource {
  readonly rule: FittedRule;
  /** Rows that count: in a failing segment and window, under the rule's `where`. */
  readonly within: Sql;
  readonly failed: Sql;
  /** Among which of them the first are kept, and how many. */
  readonly searches: readonly { readonly within: Sql; readonly most: number }[];
}

/** Plans the evidence of every rule that failed or warned on single rows; undefined when there is none to look for. */
export function planEvidence(plan: Plan, results: readonly RuleResult[], cap = evidenceCap): EvidencePlan | undefined {
  const sources = plan.rules.flatMap((rule): EvidenceSource[] => {
    if (rule.state === 'broken') return [];
    const failing = results.filter(
      (result) => result.rule_id === rule.rule.rule_id && (result.verdict === 'fail' || result.verdict === 'warn'),
    );
    if (failing.length === 0) return [];
    const withinOf = (places: readonly RuleResult[]) =>
      allOf([...(rule.where ? [rule.where] : []), ...placeConditions(rule, places)]);
    const failed = rule.measure.failed ?? repeatedKey(plan, rule);
    if (!failed) return [];
    const searches = searchedTogether(failing, cap).map(({ places, most }) => ({ within: withinOf(places), most }));
    return [{ rule, within: withinOf(failing), failed, searches }];
  });
  if (sources.length === 0) return undefined;
  const line = sql`_assay_line`;
  const lists = sources.flatMap(({ failed, searches }) =>
    searches.map(
      ({ within, most }) => sql`groupArraySortedIf(${most})(${line}, ifNull(${allOf([within, failed])}, 0))`,
    ),
  );
  const statement = sql`SELECT toJSONString(arrayMap(line -> toString(line), arrayDistinct(arrayConcat(${join(lists)})))) AS lines ${fromRows(plan.input.rows)}`;
  return { sources, statement: statement.text };
}

/** The failing segments, each for itself; those beyond the first ones together. */
function searchedTogether(
  failing: readonly RuleResult[],
  cap: number,
): { readonly places: readonly RuleResult[]; readonly most: number }[] {
  const segments = [...Map.groupBy(failing, ({ segment }) => segment).values()];
  const most = Math.max(segmentRows_min, Math.floor(cap / segments.length));
  const rest = segments.slice(ownSegments_max).flat();
  return [
    ...segments.slice(0, ownSegments_max).map((places) => ({ places, most: Math.min(cap, most) })),
    ...(rest.length > 0 ? [{ places: rest, most: cap }] : []),
  ];
}

const linesRow = z.object({ lines: z.string() });
const lineList = z.array(z.string().regex(/^\d+$/));

/** The lines in the answer to the first statement. */
export function readEvidenceLines(rows: readonly unknown[]): string[] {
  return rows.flatMap((row) => lineList.parse(JSON.parse(linesRow.parse(row).lines)));
}

/** The statement that fetches the rows at these lines, and which rules each of them fails. */
export function evidenceRowsStatement(
  plan: Plan,
  evidence: EvidencePlan,
  options: { readonly lines: readonly string[]; readonly key: readonly string[] },
): string {
  const lines = sql`(${join(options.lines.map((line) => sql`${BigInt(line)}`))})`;
  const atLines = sql`_assay_line IN ${lines}`;
  const bits = evidence.sources.map(({ rule, within, failed }) => {
    const exact = rule.measure.failed ? failed : (repeatedKey(plan, rule, atLines) ?? failed);
    return sql`toUInt8(ifNull(${allOf([within, exact])}, 0))`;
  });
  const shown = shownColumns(plan, evidence, options.key);
  const selected = [
    sql`toString(_assay_line) AS line`,
    sql`toString(_assay_byte_offset) AS byte_offset`,
    sql`toString(_assay_chunk_id) AS chunk_id`,
    sql`toJSONString(array(${join(bits)})) AS bits`,
    ...evidence.sources.flatMap(({ rule: { by } }, index) =>
      by.length === 0
        ? []
        : [sql`toJSONString(array(${join(by.map(segmentKey))})) AS ${identifier(`s_${String(index)}`)}`],
    ),
    ...shown
      .filter((column) => !column.masked)
      .map((column) => sql`${shownValue(column)} AS ${identifier(`e_${String(column.number)}`)}`),
  ];
  return sql`SELECT ${join(selected)} ${fromRows(plan.input.rows, [atLines])} ORDER BY _assay_line`.text;
}

const evidenceRow = z.looseObject({
  line: z.string(),
  byte_offset: z.string(),
  chunk_id: z.string(),
  bits: z.string(),
});
const bitList = z.array(z.int().min(0).max(1));
const segmentValues = z.array(z.string().nullable());

/** Reads the answer to `evidenceRowsStatement`. */
export function readEvidenceRows(
  plan: Plan,
  evidence: EvidencePlan,
  answer: { readonly rows: readonly unknown[]; readonly key: readonly string[] },
): EvidenceRow[] {
  const keys = shownColumns(plan, { ...evidence, sources: [] }, answer.key);
  return answer.rows.flatMap((given) => {
    const row = evidenceRow.parse(given);
    const bits = bitList.parse(JSON.parse(row.bits));
    const found = evidence.sources.map(({ rule }, index) => ({ rule, index })).filter(({ index }) => bits[index] === 1);
    const rules = found.map(({ rule }) => rule);
    if (rules.length === 0) return [];
    const values = (columns: readonly Column[]) =>
      Object.fromEntries(columns.map((column) => [column.name, valueIn(row, column)]));
    return [
      {
        line: row.line,
        byte_offset: row.byte_offset,
        chunk_id: row.chunk_id,
        rule_ids: rules.map(({ rule }) => rule.rule_id),
        reasons: rules.map(({ bound }) => bound.reason()),
        segments: found.map(({ rule: { by }, index }) => segmentOf(by, row[`s_${String(index)}`])),
        failing_columns: [...new Set(rules.flatMap(({ columns }) => columns))],
        key: values(keys),
        columns: values([...new Set(rules.flatMap((rule) => rule.evidence))]),
      },
    ];
  });
}

function segmentOf(by: readonly Column[], values: unknown): string {
  if (by.length === 0) return '';
  const read = segmentValues.parse(JSON.parse(z.string().parse(values)));
  return segmentText(
    by.map(({ name }) => name),
    read,
  );
}

function shownColumns(plan: Plan, evidence: EvidencePlan, key: readonly string[]): Column[] {
  const wanted = new Set([
    ...key,
    ...evidence.sources.flatMap(({ rule }) => rule.evidence.map((column) => column.name)),
  ]);
  return plan.input.columns.filter((column) => wanted.has(column.name));
}

// What did not fit the type is what a person wants to see; long text is cut, visibly.
function shownValue(column: Column): Sql {
  const value = sql`if(${isTypeError(column)}, _assay_type_errors[${encodedName(column)}], toString(${stored(column)}))`;
  return sql`if(lengthUTF8(${value}) > 1000, concat(substringUTF8(${value}, 1, 1000), '…'), ${value})`;
}

function valueIn(row: Readonly<Record<string, unknown>>, column: Column): string | null {
  if (column.masked) return maskedValue;
  const value = row[`e_${String(column.number)}`];
  return typeof value === 'string' ? value : null;
}

/** Only the segments and windows that failed: a few bad rows in a segment that passed are no evidence. */
function placeConditions(rule: FittedRule, failing: readonly RuleResult[]): Sql[] {
  if (rule.by.length === 0 && !rule.window) return [];
  return [
    anyOf(failing.map((result) => allOf([...segmentConditions(rule, result), ...windowConditions(rule, result)]))),
  ];
}

function segmentConditions(rule: FittedRule, result: RuleResult): Sql[] {
  if (rule.by.length === 0) return [];
  return rule.by.map((column, index) => {
    const value = result.segment_values[index] ?? null;
    return value === null ? sql`isNull(${stored(column)})` : sql`${segmentKey(column)} = ${value}`;
  });
}

function windowConditions(rule: FittedRule, result: RuleResult): Sql[] {
  if (!rule.window) return [];
  return [sql`${windowStart(rule.window.time, rule.window.seconds)} = ${BigInt(Date.parse(result.window) / 1000)}`];
}

/** True for a row whose key repeats; looked up among the keys of some rows only, when told which. */
function repeatedKey(plan: Plan, rule: FittedRule, among?: Sql): Sql | undefined {
  const { grouping } = rule.measure;
  if (!grouping) return undefined;
  const windows = rule.rule.window === null ? undefined : windowsOf(plan.input, rule.rule.window);
  const shape = groupedShape(rule, plan.input.rows, windows);
  const places = [...rule.by.map(stored), ...(rule.window ? [windowStart(rule.window.time, rule.window.seconds)] : [])];
  const [only] = grouping.key;
  const key = grouping.key.length === 1 && only && places.length === 0 ? only : keyTuple([...grouping.key, ...places]);
  const conditions = [...shape.conditions, grouping.when, ...(rule.where ? [rule.where] : [])];
  const few = among ? [sql`${key} IN (SELECT ${key} ${fromRows(plan.input.rows, [among, grouping.when])})`] : [];
  const repeated = sql`(SELECT k FROM (SELECT ${key} AS k, count() AS n ${fromRows(shape.rows, [...conditions, ...few])} GROUP BY k) WHERE ${grouping.having})`;
  return allOf([grouping.when, sql`${key} IN ${repeated}`]);
}
