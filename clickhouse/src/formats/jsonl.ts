import { isUtf8 } from 'node:buffer';
import type {
  ChunkPosition,
  ChunkReader,
  Cutter,
  JsonlLayout,
  ReadPlan,
  RejectCode,
  RowSink,
  TextChunk,
  TextFormat,
} from './define.ts';
import { firstInvalidUtf8 } from './invalid-utf8.ts';
import { foundAt, hexByte, jsonFailure } from './json-failure.ts';
import { JsonScanner } from './json-scanner.ts';
import { lexeme } from './lexeme.ts';
import { NameTable } from './name-table.ts';
import { GrowableBytes } from './values/growable-bytes.ts';
import { unescapeJson } from './values/json-string.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const rejected = -1;

/** One RFC 8259 object per line; a line ends with LF and nothing else. */
export const jsonl: TextFormat<JsonlLayout> = {
  name: 'jsonl',
  cutter: () => lineCutter,
  reader: (plan) => new JsonlReader(plan),
};

const lineCutter: Cutter = {
  lastRecordEnd: (bytes, length) => asBuffer(bytes).subarray(0, length).lastIndexOf(lineFeed) + 1,
  resume: (bytes, length) => {
    const end = asBuffer(bytes).subarray(0, length).indexOf(lineFeed);
    return end < 0 ? -1 : end + 1;
  },
};

class JsonlReader implements ChunkReader {
  readonly #scanner: JsonScanner;
  readonly #recordBytesMax: number;
  readonly #names = new NameTable();
  /** Names as they stand in the file when nothing in them is escaped; undefined for names that must be. */
  readonly #plainNames: readonly (Uint8Array | undefined)[];
  readonly #scratch = new GrowableBytes();
  /** Why the last record was rejected. */
  #code: RejectCode = 'not_json';
  #reason = '';

  constructor(plan: ReadPlan) {
    this.#scanner = new JsonScanner(plan.limits.depth_max, 'one');
    this.#recordBytesMax = plan.limits.record_bytes_max;
    const names = plan.columns.map((column) => Buffer.from(column.name));
    for (const name of names) this.#names.add(name, 0, name.length);
    this.#plainNames = names.map((name) =>
      name.every((byte) => byte >= 0x20 && byte !== quote && byte !== 0x5c) ? name : undefined,
    );
  }

  read(chunk: TextChunk, from: ChunkPosition, sink: RowSink): ChunkPosition {
    const { bytes } = chunk;
    const scanner = this.#scanner;
    scanner.bytes = bytes;
    const suspect = !isUtf8(bytes);
    const limit = this.#recordBytesMax;
    let { offset: at, line } = from;
    if (at === 0 && chunk.first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;

    while (at < bytes.length && !sink.full) {
      const start = at;
      at = scanner.blank(at);
      if (at >= bytes.length || bytes[at] === lineFeed) {
        at++;
        line++;
        continue;
      }
      let end = rejected;
      if (!suspect || this.#isSound(chunk, start)) end = this.#record(at, start, sink);
      if (end === rejected || end - start > limit) {
        const lineEnd = lineEndFrom(bytes, start);
        this.#reject(chunk, { start, end: lineEnd, line }, end, sink);
        at = lineEnd + 1;
      } else {
        sink.endRow(line, start);
        at = end + 1;
      }
      line++;
    }
    return { offset: Math.min(at, bytes.length), line };
  }

  /** Hands the record's fields to the sink and returns the end of its line, or `rejected` with code and reason. */
  #record(first: number, start: number, sink: RowSink): number {
    const scanner = this.#scanner;
    const { bytes } = scanner;
    if (bytes[first] !== 0x7b) return this.#notAnObject(first, start);
    const names = this.#plainNames;
    let expected = 0;
    let at = scanner.blank(first + 1);
    if (bytes[at] === 0x7d) return this.#lineEnd(at + 1, start);
    for (;;) {
      if (bytes[at] !== quote) return this.#malformed(scanner.unexpected(at), start);
      const keyStart = at + 1;

      let column = -1;
      let keyEnd = keyStart;
      let escapedKey = false;
      const guess = names[expected];
      if (guess !== undefined) {
        let offset = 0;
        while (offset < guess.length && bytes[keyStart + offset] === guess[offset]) offset++;
        if (offset === guess.length && bytes[keyStart + offset] === quote) {
          column = expected;
          keyEnd = keyStart + offset;
        }
      }
      if (column < 0) {
        keyEnd = scanner.string(keyStart);
        if (keyEnd < 0) return this.#malformed(-1, start);
        escapedKey = scanner.escaped;
        if (escapedKey) {
          this.#scratch.clear();
          unescapeJson(bytes, keyStart, keyEnd, this.#scratch);
          column = this.#names.find(this.#scratch.bytes, 0, this.#scratch.length);
        } else {
          column = this.#names.find(bytes, keyStart, keyEnd);
        }
      }

      at = scanner.blank(keyEnd + 1);
      if (bytes[at] !== 0x3a) return this.#malformed(scanner.unexpected(at), start);
      const valueStart = scanner.blank(at + 1);
      at = scanner.value(valueStart, 1);
      if (at < 0) return this.#malformed(-1, start);
      const { kind } = scanner;
      const quotes = kind === lexeme.string || kind === lexeme.escapedString ? 1 : 0;

      if (column >= 0) {
        if (!sink.value(column, kind, valueStart + quotes, at - quotes))
          return this.#duplicate(keyStart, keyEnd, start);
        expected = column + 1;
      } else {
        const name = escapedKey
          ? sink.extraName(this.#decoded(keyStart, keyEnd), 0, this.#scratch.length)
          : sink.extraName(bytes, keyStart, keyEnd);
        if (!sink.extra(name, kind, valueStart + quotes, at - quotes)) return this.#duplicate(keyStart, keyEnd, start);
      }

      at = scanner.blank(at);
      if (bytes[at] === 0x2c) {
        at = scanner.blank(at + 1);
      } else if (bytes[at] === 0x7d) {
        return this.#lineEnd(at + 1, start);
      } else {
        return this.#malformed(scanner.unexpected(at), start);
      }
    }
  }

  #decoded(keyStart: number, keyEnd: number): Uint8Array {
    this.#scratch.clear();
    unescapeJson(this.#scanner.bytes, keyStart, keyEnd, this.#scratch);
    return this.#scratch.bytes;
  }

  /** Only white space may follow the object. */
  #lineEnd(behind: number, start: number): number {
    const { bytes } = this.#scanner;
    const at = this.#scanner.blank(behind);
    if (at >= bytes.length || bytes[at] === lineFeed) return at;
    return this.#because(
      'trailing_text',
      `Text follows the object: ${foundAt(this.#scanner.bytes, at)} at offset ${String(at - start)} of the record.`,
    );
  }

  #notAnObject(first: number, start: number): number {
    const scanner = this.#scanner;
    const behind = scanner.value(first, 0);
    if (behind < 0) return this.#malformed(-1, start);
    const at = scanner.blank(behind);
    if (at < scanner.bytes.length && scanner.bytes[at] !== lineFeed)
      return this.#malformed(scanner.fail('unexpected', at), start);
    return this.#because('not_an_object', `A record must be a JSON object; this line is ${this.#valueName(first)}.`);
  }

  #valueName(first: number): string {
    switch (this.#scanner.kind) {
      case lexeme.nested:
        return 'an array';
      case lexeme.string:
      case lexeme.escapedString:
        return 'a string';
      case lexeme.number:
        return 'a number';
      default:
        return this.#scanner.bytes[first] === 0x6e ? 'null' : 'a boolean';
    }
  }

  #duplicate(keyStart: number, keyEnd: number, start: number): number {
    const scanner = this.#scanner;
    scanner.duplicateStart = keyStart;
    scanner.duplicateEnd = keyEnd;
    return this.#malformed(scanner.fail('duplicate_key', keyStart - 1), start);
  }

  #because(code: RejectCode, reason: string): typeof rejected {
    this.#code = code;
    this.#reason = reason;
    return rejected;
  }

  /** Keeps what the scanner says is wrong. */
  #malformed(_failed: -1, start: number): typeof rejected {
    const { reason_code, reason } = jsonFailure(this.#scanner, start);
    return this.#because(reason_code, reason);
  }

  /** Whether the line that starts here is valid UTF-8; otherwise sets code and reason. */
  #isSound(chunk: TextChunk, start: number): boolean {
    const end = lineEndFrom(chunk.bytes, start);
    if (isUtf8(chunk.bytes.subarray(start, end))) return true;
    const wrong = Math.max(start, firstInvalidUtf8(chunk.bytes, start, end));
    const place = `byte offset ${String(chunk.base_offset + wrong)} of the file (offset ${String(wrong - start)} of the record)`;
    this.#because('invalid_utf8', `Byte ${hexByte(chunk.bytes[wrong] ?? 0)} at ${place} is not valid UTF-8.`);
    return false;
  }

  #reject(chunk: TextChunk, record: { start: number; end: number; line: number }, read: number, sink: RowSink): void {
    const { bytes, skipped_bytes } = chunk;
    const { start, line } = record;
    const end =
      record.end > start && bytes[record.end] === lineFeed && bytes[record.end - 1] === carriageReturn
        ? record.end - 1
        : record.end;
    const raw_bytes = end - start + (record.end >= bytes.length ? skipped_bytes : 0);
    if (raw_bytes > this.#recordBytesMax) {
      this.#because(
        'too_long',
        `The record has ${String(raw_bytes)} bytes, more than the limit record_bytes_max of this source (${String(this.#recordBytesMax)}).`,
      );
    } else if (read !== rejected) {
      sink.endRow(line, start);
      return;
    }
    sink.reject({ reason_code: this.#code, reason: this.#reason, line, start, end, raw_bytes });
  }
}

function lineEndFrom(bytes: Uint8Array, start: number): number {
  const end = asBuffer(bytes).indexOf(lineFeed, start);
  return end < 0 ? bytes.length : end;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
