import { nextRecordStart, undecided } from './cutter.ts';
import { quote, textEnd, type CsvDialect } from './dialect.ts';

/** A record of the head of a file. `fields` is undefined when its quotes make no sense. */
export interface SplitRecord {
  readonly raw: Buffer;
  readonly fields: readonly string[] | undefined;
}

const records_max = 200;

/**
 * The first whole records of a file as texts: what a header and a guess at the delimiter need, at leisure.
 * `whole` says that the bytes end with the file, so that the last record needs no line end.
 */
export function splitRecords(text: Buffer, whole: boolean, dialect: CsvDialect): SplitRecord[] {
  const records: SplitRecord[] = [];
  for (let start = 0; start < text.length && records.length < records_max;) {
    let next = nextRecordStart(text, start, text.length, dialect);
    if (next === undecided) {
      if (!whole) break;
      next = text.length;
    }
    const lastByte = text[next - 1];
    const end = lastByte === dialect.lineEnd ? textEnd(text, start, next - 1) : next;
    const raw = text.subarray(start, end);
    if (raw.length > 0) records.push({ raw, fields: splitFields(raw, dialect.delimiter) });
    start = next;
  }
  return records;
}

function splitFields(raw: Buffer, delimiter: number): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ; at++) {
    const start = at;
    if (raw[at] === quote) {
      at = closing(raw, at + 1);
      if (at === -1) return undefined;
      fields.push(raw.toString('utf8', start + 1, at).replaceAll('""', '"'));
      at++;
      if (at < raw.length && raw[at] !== delimiter) return undefined;
    } else {
      while (at < raw.length && raw[at] !== delimiter) at++;
      fields.push(raw.toString('utf8', start, at));
    }
    if (at >= raw.length) return fields;
  }
}

function closing(raw: Buffer, from: number): number {
  for (let at = raw.indexOf(quote, from); at !== -1; at = raw.indexOf(quote, at + 2)) {
    if (raw[at + 1] !== quote) return at;
  }
  return -1;
}
