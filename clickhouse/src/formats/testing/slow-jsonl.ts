/**
 * The meaning of JSONL written down a second time, as plainly as possible: JSON.parse decides what JSON is, and a walk over the text of a
 * record known to be JSON finds what JSON.parse does not tell. The real reader must agree with it on every file.
 */
export type SlowJsonlRecord =
  | { readonly line: number; readonly offset: number; readonly fields: ReadonlyMap<string, string> }
  | { readonly line: number; readonly offset: number; readonly reject: string; readonly raw: Buffer };

export interface SlowJsonl {
  readonly records: readonly SlowJsonlRecord[];
  readonly lines: number;
}

/** The records of a JSONL file, read with JSON.parse as its rules are written down, to compare the reader with. */
export function slowJsonl(file: Buffer, limits: { record_bytes_max: number; depth_max: number }): SlowJsonl {
  const records: SlowJsonlRecord[] = [];
  let line = 0;
  let offset = file.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  while (offset < file.length) {
    line++;
    const end = file.indexOf(0x0a, offset);
    const ended = end >= 0;
    const text = file.subarray(offset, ended ? end : file.length);
    const raw = ended && text.at(-1) === 0x0d ? text.subarray(0, -1) : text;
    if (!/^[ \t\r]*$/.test(text.toString('latin1'))) {
      const judged = raw.length > limits.record_bytes_max ? 'too_long' : judge(raw, limits.depth_max, ended);
      records.push(
        typeof judged === 'string' ? { line, offset, reject: judged, raw } : { line, offset, fields: judged },
      );
    }
    offset = ended ? end + 1 : file.length;
  }
  return { records, lines: line };
}

/** The top-level fields with their text as written, or why this is no record. */
function judge(raw: Buffer, depth_max: number, ended: boolean): Map<string, string> | string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return 'invalid_utf8';
  }
  let value: unknown;
  const sources: string[] = [];
  try {
    value = parseWithSources(text, sources);
  } catch {
    return ended ? 'not JSON' : 'not JSON, no line end';
  }
  const walk = new Walk(text, depth_max);
  const fields = walk.record();
  if (walk.problem !== undefined) return walk.problem;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not_an_object';
  if (walk.primitives.join('\n') !== sources.join('\n')) throw new Error(`the walk misread ${text}`);
  return fields;
}

function parseWithSources(text: string, sources: string[]): unknown {
  // The reviver meets primitives in the order of the text, except that duplicate keys and integer-like keys change places; sorted below.
  const value: unknown = JSON.parse(text, (_key, member: unknown, context?: { readonly source?: string }) => {
    if (context?.source !== undefined) sources.push(context.source);
    return member;
  });
  sources.sort();
  return value;
}

/** Walks over a text that JSON.parse accepts. */
class Walk {
  problem: string | undefined;
  readonly primitives: string[] = [];
  readonly #text: string;
  readonly #depthMax: number;
  #at = 0;

  constructor(text: string, depth_max: number) {
    this.#text = text;
    this.#depthMax = depth_max;
  }

  record(): Map<string, string> {
    this.#blank();
    const fields = this.#value(0) ?? new Map<string, string>();
    this.primitives.sort();
    return fields;
  }

  #value(depth: number): Map<string, string> | undefined {
    const first = this.#text[this.#at];
    if (first === '{') return this.#members(depth + 1);
    if (first === '[') {
      this.#enter(depth + 1);
      this.#at++;
      this.#blank();
      while (this.#text[this.#at] !== ']') {
        this.#value(depth + 1);
        this.#blank();
        if (this.#text[this.#at] === ',') this.#at++;
        this.#blank();
      }
      this.#at++;
      return undefined;
    }
    const token = /^(?:"(?:[^"\\]|\\.)*"|[^\s,\]}]+)/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    if (token.startsWith('"')) this.#wellFormed(token);
    this.primitives.push(token);
    this.#at += token.length;
    return undefined;
  }

  #members(depth: number): Map<string, string> {
    this.#enter(depth);
    const fields = new Map<string, string>();
    this.#at++;
    this.#blank();
    while (this.#text[this.#at] !== '}') {
      const token = /^"(?:[^"\\]|\\.)*"/.exec(this.#text.slice(this.#at))?.[0] ?? '';
      this.#wellFormed(token);
      const key = String(JSON.parse(token));
      if (fields.has(key)) this.problem ??= 'duplicate_key';
      this.#at += token.length;
      this.#blank();
      this.#at++;
      this.#blank();
      const start = this.#at;
      this.#value(depth);
      fields.set(key, this.#text.slice(start, this.#at));
      this.#blank();
      if (this.#text[this.#at] === ',') this.#at++;
      this.#blank();
    }
    this.#at++;
    return fields;
  }

  #enter(depth: number): void {
    if (depth > this.#depthMax) this.problem ??= 'too_deep';
  }

  #wellFormed(token: string): void {
    if (!String(JSON.parse(token)).isWellFormed()) this.problem ??= 'lone_surrogate';
  }

  #blank(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }
}
