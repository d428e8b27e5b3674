import type { ChunkRead, ColumnObservation, ExtraObservation, OddValue, ReadPlan } from './define.ts';
import { extra_names_max } from './define.ts';
import { emptyTally, mergeTally } from './value-tally.ts';
import type { ValueTally } from './value-tally.ts';

/** Misfits of a column that are kept as they were written, per file. */
const oddValues_max = 10;

/** What all chunks of one reading of a file add up to. */
export class ReadTotals {
  records = 0;
  rows = 0;
  rejects = 0;
  lines = 0;
  bytes = 0;
  readonly columns: ColumnTotals[];
  /** By name, in the order of their first appearance. */
  readonly extras = new Map<string, ExtraTotals>();
  extras_unlisted = 0;

  constructor(plan: ReadPlan) {
    this.columns = plan.columns.map(() => ({ nulls: 0, absent: 0, type_errors: 0, odd: [], misfits: emptyTally() }));
  }

  add(read: Omit<ChunkRead, 'chunk_no' | 'chunk_id' | 'row_blocks' | 'reject_blocks' | 'release'>): void {
    this.records += read.records;
    this.rows += read.rows;
    this.rejects += read.rejects;
    this.lines += read.lines;
    this.bytes += read.bytes;
    read.columns.forEach((column, index) => {
      const totals = this.columns[index];
      if (totals !== undefined) addColumn(totals, column);
    });
    for (const extra of read.extras) this.#addExtra(extra);
    this.extras_unlisted += read.extras_unlisted;
  }

  /** Values of a column that fit its type. */
  fitting(column: number): number {
    const totals = this.columns[column];
    return totals === undefined ? 0 : this.rows - totals.nulls - totals.absent - totals.type_errors;
  }

  #addExtra({ name, values, nulls, tally }: ExtraObservation): void {
    let totals = this.extras.get(name);
    if (totals === undefined) {
      if (this.extras.size >= extra_names_max) {
        this.extras_unlisted += values + nulls;
        return;
      }
      totals = { values: 0, nulls: 0, tally: emptyTally() };
      this.extras.set(name, totals);
    }
    totals.values += values;
    totals.nulls += nulls;
    if (tally !== null) mergeTally(totals.tally, tally);
  }
}

export interface ColumnTotals {
  nulls: number;
  absent: number;
  type_errors: number;
  /** The first misfits. */
  readonly odd: OddValue[];
  readonly misfits: ValueTally;
}

export interface ExtraTotals {
  values: number;
  nulls: number;
  readonly tally: ValueTally;
}

function addColumn(totals: ColumnTotals, column: ColumnObservation): void {
  totals.nulls += column.nulls;
  totals.absent += column.absent;
  totals.type_errors += column.type_errors;
  totals.odd.push(...column.odd.slice(0, oddValues_max - totals.odd.length));
  if (column.misfits !== null) mergeTally(totals.misfits, column.misfits);
}
