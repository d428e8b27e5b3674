import { lexeme } from './lexeme.ts';
import type { LexemeKind } from './lexeme.ts';
import { GrowableBytes } from './values/growable-bytes.ts';
import { hexUnit, unescapeJson } from './values/json-string.ts';

const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** What is wrong with a JSON text; `failedAt` of the scanner says where. */
export type JsonFailure =
  'ends' | 'unexpected' | 'number' | 'escape' | 'control_character' | 'lone_surrogate' | 'duplicate_key' | 'too_deep';

/** 1 for bytes that end the plain run of a string: quote, backslash, control characters. */
const stringStops = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 1 : 0,
);
const blanksInLine = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0x20 || byte === 0x09 || byte === 0x0d ? 1 : 0,
);
const blanks = Uint8Array.from({ length: 256 }, (_, byte) => (byte === lineFeed ? 1 : (blanksInLine[byte] ?? 0)));
/** 1 for the letters that may follow a backslash, `u` apart. */
const escapeLetters = new Uint8Array(256);
for (const letter of Buffer.from('"\\/bfnrt')) escapeLetters[letter] = 1;

/** Siblings up to which keys are compared one by one; an object with more gets a set. */
const comparedKeys = 12;

/**
 * Walks over JSON text by RFC 8259, to the letter, without building values. Methods take the position of a token and return the position
 * behind it, or -1 with `failure` and `failedAt` set. Bytes must be valid UTF-8; the end of the bytes, or of the line, ends the text.
 */
export class JsonScanner {
  bytes: Uint8Array = new Uint8Array(0);
  failure: JsonFailure = 'ends';
  failedAt = 0;
  /** Content range of the key that occurred twice, after `duplicate_key`. */
  duplicateStart = 0;
  duplicateEnd = 0;
  /** Whether the last string had a backslash. */
  escaped = false;
  /** What the last `value` was. */
  kind: LexemeKind = lexeme.null;

  /** Levels of nesting that are followed. */
  readonly depth_max: number;
  readonly #blanks: Uint8Array;
  #keyStarts = new Int32Array(256);
  #keyEnds = new Int32Array(256);
  #keys = 0;
  readonly #scratch = new GrowableBytes();

  /** With `lines: 'many'` a line feed is white space as in RFC 8259; with `'one'` it ends the text. */
  constructor(depth_max: number, lines: 'one' | 'many') {
    this.depth_max = depth_max;
    this.#blanks = lines === 'one' ? blanksInLine : blanks;
  }

  fail(failure: JsonFailure, at: number): -1 {
    this.failure = failure;
    this.failedAt = at;
    return -1;
  }

  /** Skips white space. */
  blank(start: number): number {
    const { bytes } = this;
    const table = this.#blanks;
    let at = start;
    // Most text has none, and every blank is at most a space.
    while ((bytes[at] ?? 0) <= 0x20 && table[bytes[at] ?? 0] === 1) at++;
    return at;
  }

  /** Fails with `ends` at a line end or the end of the bytes, else with `failure`. */
  unexpected(at: number, failure: JsonFailure = 'unexpected'): -1 {
    return this.fail(this.#isEnd(at) ? 'ends' : failure, at);
  }

  /** Scans string content from behind the opening quote; returns the position of the closing quote. */
  string(start: number): number {
    const { bytes } = this;
    let at = start;
    while (stringStops[bytes[at] ?? 0] === 0) at++;
    this.escaped = false;
    return bytes[at] === quote ? at : this.#escapedString(at);
  }

  /** Scans any value at nesting level `depth`; white space around it is the caller's. */
  value(start: number, depth: number): number {
    switch (this.bytes[start] ?? 0) {
      case quote: {
        const end = this.string(start + 1);
        this.kind = this.escaped ? lexeme.escapedString : lexeme.string;
        return end < 0 ? -1 : end + 1;
      }
      case 0x7b:
        return this.#object(start, depth + 1);
      case 0x5b:
        return this.#array(start, depth + 1);
      case 0x74:
        this.kind = lexeme.true;
        return this.#word(start, 'true');
      case 0x66:
        this.kind = lexeme.false;
        return this.#word(start, 'false');
      case 0x6e:
        this.kind = lexeme.null;
        return this.bytes[start + 1] === 0x75 && this.bytes[start + 2] === 0x6c && this.bytes[start + 3] === 0x6c
          ? start + 4
          : this.#word(start, 'null');
      default:
        this.kind = lexeme.number;
        return this.number(start);
    }
  }

  number(start: number): number {
    const { bytes } = this;
    let at = start;
    let byte = bytes[at] ?? 0;
    if (byte === 0x2d) byte = bytes[++at] ?? 0;
    if (byte === 0x30) {
      byte = bytes[++at] ?? 0;
      if (byte >= 0x30 && byte <= 0x39) return this.fail('number', at);
    } else if (byte > 0x30 && byte <= 0x39) {
      do byte = bytes[++at] ?? 0;
      while (byte >= 0x30 && byte <= 0x39);
    } else {
      return this.unexpected(at, at === start ? 'unexpected' : 'number');
    }
    if (byte === 0x2e) {
      byte = bytes[++at] ?? 0;
      if (!(byte >= 0x30 && byte <= 0x39)) return this.unexpected(at, 'number');
      do byte = bytes[++at] ?? 0;
      while (byte >= 0x30 && byte <= 0x39);
    }
    if (byte === 0x65 || byte === 0x45) {
      byte = bytes[++at] ?? 0;
      if (byte === 0x2b || byte === 0x2d) byte = bytes[++at] ?? 0;
      if (!(byte >= 0x30 && byte <= 0x39)) return this.unexpected(at, 'number');
      do byte = bytes[++at] ?? 0;
      while (byte >= 0x30 && byte <= 0x39);
    }
    return at;
  }

  /** The decoded text of a key. */
  keyText(start: number, end: number): string {
    this.#scratch.clear();
    unescapeJson(this.bytes, start, end, this.#scratch);
    return Buffer.from(this.#scratch.bytes.buffer, 0, this.#scratch.length).toString();
  }

  #isEnd(at: number): boolean {
    const byte = this.bytes[at];
    if (byte === undefined) return true;
    if (this.#blanks[lineFeed] === 1) return false;
    return byte === lineFeed || (byte === carriageReturn && this.bytes[at + 1] === lineFeed);
  }

  #word(start: number, word: string): number {
    for (let offset = 1; offset < word.length; offset++) {
      if (this.bytes[start + offset] !== word.charCodeAt(offset)) return this.unexpected(start + offset);
    }
    return start + word.length;
  }

  #escapedString(start: number): number {
    const { bytes } = this;
    let at = start;
    for (;;) {
      const byte = bytes[at] ?? 0;
      if (stringStops[byte] === 0) {
        at++;
      } else if (byte === quote) {
        return at;
      } else if (byte === backslash) {
        this.escaped = true;
        at = this.#escape(at);
        if (at < 0) return -1;
      } else {
        return this.unexpected(at, 'control_character');
      }
    }
  }

  #escape(start: number): number {
    const { bytes } = this;
    const letter = bytes[start + 1] ?? 0;
    if (letter !== 0x75) return escapeLetters[letter] === 1 ? start + 2 : this.unexpected(start + 1, 'escape');
    const unit = hexUnit(bytes, start + 2);
    if (unit < 0) return this.unexpected(this.#firstNonHex(start + 2), 'escape');
    if (unit < 0xd800 || unit > 0xdfff) return start + 6;
    if (unit > 0xdbff || bytes[start + 6] !== backslash || bytes[start + 7] !== 0x75)
      return this.fail('lone_surrogate', start);
    const low = hexUnit(bytes, start + 8);
    if (low < 0) return this.unexpected(this.#firstNonHex(start + 8), 'escape');
    return low >= 0xdc00 && low <= 0xdfff ? start + 12 : this.fail('lone_surrogate', start);
  }

  #firstNonHex(start: number): number {
    let at = start;
    while (/[0-9a-fA-F]/.test(String.fromCharCode(this.bytes[at] ?? 0))) at++;
    return at;
  }

  #array(start: number, depth: number): number {
    if (depth > this.depth_max) return this.fail('too_deep', start);
    let at = this.blank(start + 1);
    if (this.bytes[at] === 0x5d) {
      this.kind = lexeme.nested;
      return at + 1;
    }
    for (;;) {
      at = this.value(at, depth);
      if (at < 0) return -1;
      at = this.blank(at);
      const byte = this.bytes[at];
      if (byte === 0x5d) {
        this.kind = lexeme.nested;
        return at + 1;
      }
      if (byte !== 0x2c) return this.unexpected(at);
      at = this.blank(at + 1);
    }
  }

  #object(start: number, depth: number): number {
    if (depth > this.depth_max) return this.fail('too_deep', start);
    const { bytes } = this;
    let at = this.blank(start + 1);
    if (bytes[at] === 0x7d) {
      this.kind = lexeme.nested;
      return at + 1;
    }
    const firstKey = this.#keys;
    let names: Set<string> | undefined;
    for (;;) {
      if (bytes[at] !== quote) return this.#leave(firstKey, this.unexpected(at));
      const keyStart = at + 1;
      const keyEnd = this.string(keyStart);
      if (keyEnd < 0) return this.#leave(firstKey, -1);
      if (names === undefined && (this.escaped || this.#keys - firstKey >= comparedKeys))
        names = this.#namesSince(firstKey);
      if (this.#isRepeated(keyStart, keyEnd, firstKey, names)) {
        this.duplicateStart = keyStart;
        this.duplicateEnd = keyEnd;
        return this.#leave(firstKey, this.fail('duplicate_key', keyStart - 1));
      }
      at = this.blank(keyEnd + 1);
      if (bytes[at] !== 0x3a) return this.#leave(firstKey, this.unexpected(at));
      at = this.value(this.blank(at + 1), depth);
      if (at < 0) return this.#leave(firstKey, -1);
      at = this.blank(at);
      const byte = bytes[at];
      if (byte === 0x7d) {
        this.kind = lexeme.nested;
        return this.#leave(firstKey, at + 1);
      }
      if (byte !== 0x2c) return this.#leave(firstKey, this.unexpected(at));
      at = this.blank(at + 1);
    }
  }

  #leave(firstKey: number, result: number): number {
    this.#keys = firstKey;
    return result;
  }

  /** Whether the object whose keys begin at `firstKey` has this key already; remembers it otherwise. */
  #isRepeated(start: number, end: number, firstKey: number, names: Set<string> | undefined): boolean {
    if (names !== undefined) {
      const known = names.size;
      return names.add(this.keyText(start, end)).size === known;
    }
    const { bytes } = this;
    for (let key = firstKey; key < this.#keys; key++) {
      const other = this.#keyStarts[key] ?? 0;
      if ((this.#keyEnds[key] ?? 0) - other !== end - start) continue;
      let offset = 0;
      while (offset < end - start && bytes[other + offset] === bytes[start + offset]) offset++;
      if (offset === end - start) return true;
    }
    this.#remember(start, end);
    return false;
  }

  #remember(start: number, end: number): void {
    if (this.#keys === this.#keyStarts.length) {
      const starts = new Int32Array(this.#keys * 2);
      starts.set(this.#keyStarts);
      this.#keyStarts = starts;
      const ends = new Int32Array(this.#keys * 2);
      ends.set(this.#keyEnds);
      this.#keyEnds = ends;
    }
    this.#keyStarts[this.#keys] = start;
    this.#keyEnds[this.#keys] = end;
    this.#keys++;
  }

  #namesSince(firstKey: number): Set<string> {
    const names = new Set<string>();
    for (let key = firstKey; key < this.#keys; key++)
      names.add(this.keyText(this.#keyStarts[key] ?? 0, this.#keyEnds[key] ?? 0));
    return names;
  }
}

const fieldScanner = new JsonScanner(1000, 'many');

/** Whether `bytes[start, end)` are one JSON value, white space around it allowed. */
export function isJson(bytes: Uint8Array, start: number, end: number): boolean {
  fieldScanner.bytes = bytes.subarray(start, end);
  const behind = fieldScanner.value(fieldScanner.blank(0), 0);
  return behind >= 0 && fieldScanner.blank(behind) === end - start;
}
