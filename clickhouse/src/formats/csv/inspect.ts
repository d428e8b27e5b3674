import { isUtf8 } from 'node:buffer';
import { sniffDelimiter } from './delimiter.ts';
import { carriageReturn, lineFeed, markLength } from './dialect.ts';
import { resolveHeader } from './header.ts';
import { splitRecords, type SplitRecord } from './split.ts';
import type { CsvLayout, ReadLimits } from '../define.ts';
import { RefusedFile } from '../refused-file.ts';

/** What a source's configuration may say about its CSV files; what it does not say is sniffed or has the usual meaning. */
export interface CsvDeclaration {
  readonly delimiter?: string;
  /** Whether the first record names the fields; true unless said otherwise. */
  readonly header?: boolean;
  /** Names of the fields of a file without header, in order. */
  readonly names?: readonly string[];
  readonly null_tokens?: readonly string[];
}

/** Something about a file's layout that a person should know. */
export interface LayoutFinding {
  readonly code: 'duplicate_header' | 'empty_header' | 'header_looks_like_data' | 'one_column' | 'line_ends_cr';
  /** One sentence for people. */
  readonly finding: string;
}

export interface CsvInspection {
  readonly layout: CsvLayout;
  readonly findings: readonly LayoutFinding[];
}

export interface CsvHead {
  /** The first bytes of the content. */
  readonly head: Buffer;
  /** Whether these are all. */
  readonly whole: boolean;
  readonly limits: ReadLimits;
}

/**
 * Finds delimiter, line end and field names of a CSV file from its first bytes.
 * Throws RefusedFile when its header is no record, is not UTF-8, or does not end within these bytes.
 */
export function inspectCsv({ head, whole, limits }: CsvHead, declared: CsvDeclaration = {}): CsvInspection {
  const findings: LayoutFinding[] = [];
  const text = head.subarray(markLength(head));
  const line_end = lineEndOf(text);
  if (line_end === 'cr') {
    findings.push({
      code: 'line_ends_cr',
      finding: 'Lines end with CR alone, as on old Macs; the file was read that way.',
    });
  }
  const dialect = {
    lineEnd: line_end === 'cr' ? carriageReturn : lineFeed,
    blankIsRecord: false,
    recordBytesMax: limits.record_bytes_max,
  };
  const split = (delimiter: string) => splitRecords(text, whole, { ...dialect, delimiter: delimiter.charCodeAt(0) });
  const delimiter = declared.delimiter ?? sniffDelimiter(split);
  const records = split(delimiter);
  const header = declared.header ?? true;
  const [first] = records;
  if (first === undefined || (header && first.fields === undefined)) throw unreadableHeader(first, header);

  const fields = header ? named(first, findings) : numbered(records, declared.names ?? []);
  if (fields.length === 1 && declared.delimiter === undefined) {
    findings.push({
      code: 'one_column',
      finding: 'No comma, semicolon, tab or pipe divides the lines: the file was read as one column.',
    });
  }
  return {
    layout: { format: 'csv', delimiter, line_end, fields, header, null_tokens: declared.null_tokens ?? [] },
    findings,
  };
}

/** CR ends lines only where there is no LF at all; inside a file with LF it is a letter. */
function lineEndOf(text: Buffer): 'lf' | 'cr' {
  return text.includes(lineFeed) || !text.includes(carriageReturn) ? 'lf' : 'cr';
}

function named(first: SplitRecord, findings: LayoutFinding[]): string[] {
  if (!isUtf8(first.raw)) {
    throw new RefusedFile('header', 'The header is not UTF-8 text: save the file as UTF-8.');
  }
  const texts = first.fields ?? [];
  const resolved = resolveHeader(texts);
  findings.push(...resolved.findings);
  if (texts.length > 1 && texts.every((text) => /^[\d.,:+\- ]*$/.test(text)) && texts.some((text) => text !== '')) {
    findings.push({
      code: 'header_looks_like_data',
      finding:
        'The first line looks like data, yet it was read as the header: declare header: false if the file has none.',
    });
  }
  return resolved.names;
}

/** As many fields as most records have, so that a broken first record does not decide for all. */
function numbered(records: readonly SplitRecord[], names: readonly string[]): string[] {
  const counts = new Map<number, number>();
  for (const { fields } of records) {
    if (fields !== undefined) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  }
  let best = names.length > 0 ? names.length : 1;
  let most = 0;
  for (const [count, times] of counts) {
    if (times > most) {
      most = times;
      best = count;
    }
  }
  const given = names.slice(0, best);
  return resolveHeader([...given, ...Array.from({ length: best - given.length }, () => '')]).names;
}

function unreadableHeader(first: SplitRecord | undefined, header: boolean): RefusedFile {
  if (first === undefined) {
    return new RefusedFile(
      'header',
      `The first ${header ? 'line, the header,' : 'record'} does not end within the first 256 KiB of the file.`,
    );
  }
  return new RefusedFile(
    'header',
    'The header makes no sense: a quote in it has no matching end, or text follows a closing quote. Correct the first line.',
  );
}
