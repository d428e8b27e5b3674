import { extra_names_max } from './define.ts';
import type { ExtraObservation } from './define.ts';
import { lexeme } from './lexeme.ts';
import type { LexemeKind } from './lexeme.ts';
import { NameTable } from './name-table.ts';
import { tallyValue } from './tally-value.ts';
import { GrowableBytes } from './values/growable-bytes.ts';
import { quoteJson, undoubleQuotes } from './values/json-string.ts';
import { emptyTally } from './value-tally.ts';
import type { ValueTally } from './value-tally.ts';
import { doubled } from './doubled.ts';

/** Names after which the table is rebuilt between two rows, so that a file with new keys in every row cannot fill the memory. */
const namesInMemory_max = 65_536;

/** The undeclared fields of rows: kept word for word in a `Map(String, String)` column, and counted by name. */
export class ExtraFields {
  /** Entries of all rows so far, as the Map column wants them. */
  readonly keys = new GrowableBytes(4096);
  readonly values = new GrowableBytes(4096);
  entries = 0;

  readonly #tallies: boolean;
  readonly #scratch = new GrowableBytes();
  /** What the fields of the current row lie in. */
  #bytes: Uint8Array = new Uint8Array(0);
  #source = new DataView(this.#bytes.buffer);
  #table = new NameTable();
  #row = 1;
  #rowOfName = new Int32Array(64);
  #valueCounts = new Int32Array(64);
  #nullCounts = new Int32Array(64);
  #tallyOfName: ValueTally[] = [];
  #unlisted = 0;

  /** Fields of the current row, not yet accepted. */
  #pending = 0;
  #names = new Int32Array(64);
  #kinds = new Uint8Array(64);
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  /** The name that a row's n-th undeclared field had last time: the best guess for the next row. */
  readonly #guesses = new Int32Array(256);

  constructor(options: { readonly tallies: boolean }) {
    this.#tallies = options.tallies;
  }

  /** Takes the bytes that the ranges of the following fields lie in. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The number of a name. */
  name(bytes: Uint8Array, start: number, end: number): number {
    const guess = this.#guesses[this.#pending & 255] ?? 0;
    if (this.#table.is(guess, bytes, start, end)) return guess;
    let name = this.#table.find(bytes, start, end);
    if (name < 0) {
      name = this.#table.add(bytes, start, end);
      if (name === this.#rowOfName.length) this.#growNames();
      this.#rowOfName[name] = 0;
      this.#valueCounts[name] = 0;
      this.#nullCounts[name] = 0;
    }
    this.#guesses[this.#pending & 255] = name;
    return name;
  }

  /** Adds a field to the current row; false when the row has one of that name. */
  add(name: number, kind: LexemeKind, start: number, end: number): boolean {
    if (this.#rowOfName[name] === this.#row) return false;
    this.#rowOfName[name] = this.#row;
    if (this.#pending === this.#names.length) this.#growPending();
    this.#names[this.#pending] = name;
    this.#kinds[this.#pending] = kind;
    this.#starts[this.#pending] = start;
    this.#ends[this.#pending] = end;
    this.#pending++;
    return true;
  }

  /** Accepts the current row and returns how many entries there are now. */
  endRow(): number {
    if (this.#pending === 0) return this.entries;
    const table = this.#table;
    for (let field = 0; field < this.#pending; field++) {
      const name = this.#names[field] ?? 0;
      const start = this.#starts[field] ?? 0;
      const end = this.#ends[field] ?? 0;
      const kind = this.#kinds[field] ?? lexeme.null;
      this.keys.string(table.bytes, table.starts[name] ?? 0, table.ends[name] ?? 0);
      this.#writeValue(kind, start, end);
      this.entries++;
      if (kind === lexeme.null) this.#nullCounts[name] = (this.#nullCounts[name] ?? 0) + 1;
      else this.#valueCounts[name] = (this.#valueCounts[name] ?? 0) + 1;
      if (this.#tallies && kind !== lexeme.null && name < extra_names_max) {
        tallyValue((this.#tallyOfName[name] ??= emptyTally()), this.#bytes, kind, start, end);
      }
    }
    this.dropRow();
    return this.entries;
  }

  /** Forgets the current row. */
  dropRow(): void {
    if (this.#pending === 0) return;
    this.#pending = 0;
    this.#row++;
    if (this.#table.count > namesInMemory_max) this.#forgetLateNames();
  }

  /** What was seen since `clear`. */
  observations(): { readonly extras: ExtraObservation[]; readonly extras_unlisted: number } {
    const extras: ExtraObservation[] = [];
    let unlisted = this.#unlisted;
    for (let name = 0; name < this.#table.count; name++) {
      const values = this.#valueCounts[name] ?? 0;
      const nulls = this.#nullCounts[name] ?? 0;
      if (values + nulls === 0) continue;
      if (name >= extra_names_max) unlisted += values + nulls;
      else
        extras.push({
          name: this.#table.text(name),
          values,
          nulls,
          tally: this.#tallies ? (this.#tallyOfName[name] ?? emptyTally()) : null,
        });
    }
    return { extras, extras_unlisted: unlisted };
  }

  clearEntries(): void {
    this.keys.clear();
    this.values.clear();
    this.entries = 0;
  }

  clearObservations(): void {
    if (this.#table.count > extra_names_max) this.#table = new NameTable();
    this.#valueCounts.fill(0);
    this.#nullCounts.fill(0);
    this.#tallyOfName = [];
    this.#unlisted = 0;
  }

  #writeValue(kind: number, start: number, end: number): void {
    const { values } = this;
    const bytes = this.#bytes;
    const scratch = this.#scratch;
    if (kind === lexeme.string || kind === lexeme.escapedString) {
      values.stringIn(this.#source, start - 1, end + 1);
    } else if (kind === lexeme.null) {
      values.text('null');
    } else if (kind === lexeme.text) {
      quoteJson(bytes, start, end, scratch);
      values.string(scratch.bytes, 0, scratch.length);
    } else if (kind === lexeme.quotedText) {
      undoubleQuotes(bytes, start, end, scratch);
      const plain = scratch.length;
      quoteJson(scratch.bytes, 0, plain, scratch);
      values.string(scratch.bytes, plain, scratch.length);
    } else {
      values.stringIn(this.#source, start, end);
    }
    scratch.clear();
  }

  /** Keeps the names that are counted one by one; the others start again when they are seen again. */
  #forgetLateNames(): void {
    const kept = new NameTable();
    const { bytes, starts, ends, count } = this.#table;
    for (let name = 0; name < count; name++) {
      if (name < extra_names_max) kept.add(bytes, starts[name] ?? 0, ends[name] ?? 0);
      else this.#unlisted += (this.#valueCounts[name] ?? 0) + (this.#nullCounts[name] ?? 0);
    }
    this.#table = kept;
  }

  #growNames(): void {
    this.#rowOfName = doubled(this.#rowOfName);
    this.#valueCounts = doubled(this.#valueCounts);
    this.#nullCounts = doubled(this.#nullCounts);
  }

  #growPending(): void {
    this.#names = doubled(this.#names);
    this.#starts = doubled(this.#starts);
    this.#ends = doubled(this.#ends);
    const kinds = new Uint8Array(this.#kinds.length * 2);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
  }
}
