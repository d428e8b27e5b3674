/**
 * The meaning of CSV written down a second time, as plainly as possible: one letter after the other over the whole
 * text, where each letter stands for a byte. The real reader must agree with it on every file.
 */
export interface SlowCsvOptions {
  readonly delimiter: string;
  readonly line_end: 'lf' | 'cr';
  readonly header: boolean;
  readonly fields: number;
  readonly record_bytes_max: number;
  readonly null_tokens: readonly string[];
}

export type SlowRecord =
  | { readonly line: number; readonly offset: number; readonly values: readonly (string | null)[] }
  | { readonly line: number; readonly offset: number; readonly reject: string; readonly raw: string };

interface Parsed {
  readonly fields: readonly { readonly text: string; readonly quoted: boolean }[];
  /** Where the record's text ends, and where reading goes on; undefined when its quotes make no sense. */
  readonly end?: number;
  readonly next?: number;
  /** Where that showed. */
  readonly trouble?: number;
}

/** The records of a CSV text, read character by character as its rules are written down, to compare the reader with. */
export function slowCsv(text: string, options: SlowCsvOptions): SlowRecord[] {
  const lineEnd = options.line_end === 'cr' ? '\r' : '\n';
  const limit = options.record_bytes_max;
  const records: SlowRecord[] = [];
  let at = text.startsWith('\xef\xbb\xbf') ? 3 : 0;
  let headerSeen = !options.header;
  let lineByLineUntil = 0;

  const lineOf = (offset: number) => text.slice(0, offset).split(lineEnd).length;
  const firstLine = (start: number) => {
    const found = text.indexOf(lineEnd, start);
    const stop = found === -1 ? text.length : found;
    const cr = lineEnd === '\n' && found !== -1 && stop > start && text[stop - 1] === '\r';
    return { raw: text.slice(start, cr ? stop - 1 : stop), next: found === -1 ? text.length : found + 1 };
  };
  const keep = (offset: number, raw: string, parsed: Parsed) => {
    const where = { line: lineOf(offset), offset };
    const isNull = (text: string) => text === '' || options.null_tokens.includes(text);
    if (!isUtf8(raw)) records.push({ ...where, reject: 'invalid_utf8', raw });
    else if (parsed.fields.length !== options.fields) records.push({ ...where, reject: 'field_count', raw });
    else records.push({ ...where, values: parsed.fields.map((f) => (!f.quoted && isNull(f.text) ? null : f.text)) });
  };

  while (at < text.length) {
    const { raw, next } = firstLine(at);
    if (raw === '' && next > at && (!headerSeen || options.fields > 1)) {
      at = next;
      continue;
    }
    const where = { line: lineOf(at), offset: at };

    if (headerSeen && at < lineByLineUntil) {
      const parsed = parse(raw, 0, options.delimiter, lineEnd);
      const literal = parsed.fields.some((field) => !field.quoted && field.text.includes('"'));
      if (parsed.trouble !== undefined) {
        records.push({ ...where, reject: parsed.trouble < raw.length ? 'stray_quote' : 'unterminated_quote', raw });
      } else if (literal) {
        records.push({ ...where, reject: 'stray_quote', raw });
      } else {
        keep(at, raw, parsed);
      }
      at = next;
      continue;
    }

    const parsed = parse(text, at, options.delimiter, lineEnd);
    const over = (parsed.trouble ?? parsed.end ?? 0) - at > limit;
    if (parsed.end !== undefined && parsed.next !== undefined && !over) {
      if (headerSeen) keep(at, text.slice(at, parsed.end), parsed);
      headerSeen = true;
      at = parsed.next;
      continue;
    }

    const trouble = Math.min(parsed.trouble ?? at + limit + 2, at + limit + 2);
    if (raw.length > limit) records.push({ ...where, reject: 'too_long', raw });
    else if (trouble < at + raw.length) records.push({ ...where, reject: 'stray_quote', raw });
    else records.push({ ...where, reject: 'unterminated_quote', raw });
    lineByLineUntil = Math.max(next, text.lastIndexOf(lineEnd, trouble - 1) + 1);
    at = next;
  }
  return records;
}

function parse(text: string, start: number, delimiter: string, lineEnd: string): Parsed {
  const fields: { text: string; quoted: boolean }[] = [];
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  let field = '';
  for (let at = start; ; at++) {
    const letter = text[at];
    const behind = text[at + 1];
    if (state === 'quoted') {
      if (letter === undefined) return { fields, trouble: at };
      if (letter !== '"') field += letter;
      else if (behind === '"') {
        field += '"';
        at++;
      } else state = 'closed';
      continue;
    }
    if (letter === '"' && state === 'start') {
      state = 'quoted';
      continue;
    }
    const cr = letter === '\r' && lineEnd === '\n' && behind === '\n';
    if (letter === undefined || letter === lineEnd || cr) {
      fields.push({ text: field, quoted: state === 'closed' });
      return { fields, end: at, next: letter === undefined ? at : cr ? at + 2 : at + 1 };
    }
    if (letter === delimiter) {
      fields.push({ text: field, quoted: state === 'closed' });
      field = '';
      state = 'start';
      continue;
    }
    if (state === 'closed') return { fields, trouble: at };
    field += letter;
    state = 'plain';
  }
}

function isUtf8(raw: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(raw, 'latin1'));
    return true;
  } catch {
    return false;
  }
}
