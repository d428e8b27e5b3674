import {
  countFailedRows,
  failedRowsAtLines,
  failedRowsOfCheck,
  rowsAtLines,
  rowsOfChunks,
  type Commit,
  type DataColumn,
  type FailedRow,
  type Load,
  type StoredRow,
} from '@assay/clickhouse';
import { maskedValue } from '@assay/rules';
import type { DataRow, RowPage } from '../shapes/load.ts';
import { RequestProblem } from '../problem.ts';
import { expectRule } from '../rule/expect-rule.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { sliceOfChunks } from './chunk-slice.ts';
import { committedColumns } from './committed-columns.ts';
import { findCommittedLoad } from './find-load.ts';
import { maskedColumns } from './masks.ts';
import { requireRule } from './require-rule.ts';

interface RowsInput {
  readonly load_id: string;
  /** Only rows that are kept as evidence, of one rule or of any. */
  readonly failed: boolean;
  readonly rule_id?: string | undefined;
  /** One of the rule's segments. */
  readonly segment?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** A page of the committed rows of a load by line, each with the rules it breaks. */
export async function pageOfRows(ctx: AuthorizedContext, input: RowsInput): Promise<RowPage> {
  if (input.rule_id !== undefined && !input.failed) {
    throw new RequestProblem('invalid_input', 'rule_id chooses among failed rows: add failed=true, or leave it out.');
  }
  requireRule(input);
  const { load, commit } = await findCommittedLoad(ctx, input.load_id);
  const { source_id, source: name } = load;
  if (input.rule_id !== undefined) await expectRule(ctx, { rule_id: input.rule_id, source: { source_id, name } });
  const expired_at = load.expired.rows ?? (input.failed ? load.expired.evidence : null) ?? null;
  if (commit === undefined) return { columns: [], items: [], total: 0, expired_at };
  const columns = committedColumns(commit);
  const hidden = await maskedColumns(ctx, load.source);

  const { rows, failures, total } = input.failed
    ? await failedPage(ctx, { load, commit, columns, input })
    : await wholePage(ctx, { load, commit, columns, input });
  const reasons = new Map(failures.map((failure) => [failure.line, failure]));
  return {
    columns: columns.map(({ name, type }) => ({ name, type, masked: hidden.has(name) })),
    items: rows.map((row) => dataRowOf(row, { columns, hidden, failure: reasons.get(row.line) })),
    total,
    expired_at,
  };
}

interface Asked {
  readonly load: Load;
  readonly commit: Commit;
  readonly columns: readonly DataColumn[];
  readonly input: RowsInput;
}

interface Answered {
  readonly rows: readonly StoredRow[];
  readonly failures: readonly FailedRow[];
  readonly total: number;
}

async function wholePage(ctx: AuthorizedContext, { load, commit, columns, input }: Asked): Promise<Answered> {
  const { source_id, load_id, check_id } = load;
  const { chunk_ids, offset } = sliceOfChunks(commit, input);
  const total = commit.chunk_rows.reduce((sum, rows) => sum + Number(rows), 0);
  if (chunk_ids.length === 0) return { rows: [], failures: [], total };
  const numbers = columns.map((column) => column.number);
  const rows = await rowsOfChunks(ctx.db, {
    source_id,
    load_id,
    chunk_ids,
    columns: numbers,
    limit: input.limit,
    offset,
  });
  const lines = rows.map((row) => row.line);
  const failures = check_id === '0' ? [] : await failedRowsAtLines(ctx.db, { load_id, check_id, lines });
  return { rows, failures, total };
}

/** Evidence is short and knows its lines, so it is paged first and its rows are read by line. */
async function failedPage(ctx: AuthorizedContext, { load, commit, columns, input }: Asked): Promise<Answered> {
  const { source_id, load_id, check_id } = load;
  if (check_id === '0' || load.expired.evidence !== undefined) return { rows: [], failures: [], total: 0 };
  const asked = { load_id, check_id, rule_id: input.rule_id ?? '', segment: input.segment };
  const [failures, total] = await Promise.all([
    failedRowsOfCheck(ctx.db, { ...asked, limit: input.limit, offset: input.offset }),
    countFailedRows(ctx.db, asked),
  ]);
  const lines = failures.map((failure) => failure.line);
  const numbers = columns.map((column) => column.number);
  const rows =
    lines.length === 0
      ? []
      : await rowsAtLines(ctx.db, { source_id, load_id, chunk_ids: commit.chunk_ids, columns: numbers, lines });
  return { rows, failures, total };
}

function dataRowOf(
  row: StoredRow,
  known: { columns: readonly DataColumn[]; hidden: ReadonlySet<string>; failure: FailedRow | undefined },
): DataRow {
  const { columns, hidden, failure } = known;
  const nameOf = new Map(columns.map((column) => [`c_${column.number}`, column.name]));
  const show = (name: string, value: string | null) => (value !== null && hidden.has(name) ? maskedValue : value);
  return {
    line: row.line,
    byte_offset: row.byte_offset,
    values: columns.map((column, place) => show(column.name, row.cells[place] ?? null)),
    absent: row.absent.flatMap((number) => nameOf.get(`c_${number}`) ?? []),
    type_errors: Object.fromEntries(
      Object.entries(row.type_errors).map(([encoded, raw]) => {
        const name = nameOf.get(encoded) ?? encoded;
        return [name, hidden.has(name) ? maskedValue : raw];
      }),
    ),
    // What nobody declared may be the masked value under another name.
    extra: hidden.size === 0 ? row.extra : hiddenValues(row.extra),
    failed: (failure?.rule_ids ?? []).map((rule_id, place) => ({ rule_id, reason: failure?.reasons[place] ?? '' })),
  };
}

function hiddenValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, maskedValue]));
}
