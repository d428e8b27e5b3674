import { isJson } from '../json-scanner.ts';
import { lexeme } from '../lexeme.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { GrowableBytes } from './growable-bytes.ts';
import { undoubleQuotes, unescapeJson } from './json-string.ts';
import { NullMap } from './null-map.ts';

/** The characters of a string: JSON strings decoded, field text as it is. JSON numbers, booleans and nested values are misfits. */
export function stringColumn(): ColumnEncoder {
  return new Strings();
}

/** The JSON text of a value exactly as written, whatever its type. Field text must be JSON text itself. */
export function jsonColumn(): ColumnEncoder {
  return new JsonTexts();
}

abstract class TextColumn implements ColumnEncoder {
  protected readonly map = new NullMap();
  protected readonly out = new GrowableBytes(16 * 1024);
  protected readonly scratch = new GrowableBytes();

  get nulls(): number {
    return this.map.nulls;
  }

  abstract encode(lexemes: Lexemes, from: number, rows: number, misfits: MisfitRows): void;

  protected writeScratch(): void {
    this.out.string(this.scratch.bytes, 0, this.scratch.length);
    this.scratch.clear();
  }

  byteLength(): number {
    return this.map.rows + this.out.length;
  }

  copyTo(out: Uint8Array, at: number): number {
    const behind = this.map.copyTo(out, at);
    out.set(this.out.bytes.subarray(0, this.out.length), behind);
    return behind + this.out.length;
  }

  clear(): void {
    this.map.clear();
    this.out.clear();
  }
}

class Strings extends TextColumn {
  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.map.rows;
    const nulls = this.map.extend(rows);
    const { out, scratch } = this;
    const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let row = 0; row < rows; row++) {
      const slot = from + row;
      const kind = kinds[slot];
      if (kind === lexeme.string || kind === lexeme.text) {
        out.stringIn(source, starts[slot] ?? 0, ends[slot] ?? 0);
        continue;
      }
      if (kind === lexeme.escapedString) {
        unescapeJson(bytes, starts[slot] ?? 0, ends[slot] ?? 0, scratch);
        this.writeScratch();
        continue;
      }
      if (kind === lexeme.quotedText) {
        undoubleQuotes(bytes, starts[slot] ?? 0, ends[slot] ?? 0, scratch);
        this.writeScratch();
        continue;
      }
      if (kind !== lexeme.absent && kind !== lexeme.null) misfits.add(row);
      nulls[first + row] = 1;
      this.map.nulls++;
      out.byte(0);
    }
  }
}

class JsonTexts extends TextColumn {
  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.map.rows;
    const nulls = this.map.extend(rows);
    const { out, scratch } = this;
    for (let row = 0; row < rows; row++) {
      const slot = from + row;
      const kind = kinds[slot] ?? lexeme.absent;
      const start = starts[slot] ?? 0;
      const end = ends[slot] ?? 0;
      if (kind === lexeme.text) {
        if (isJson(bytes, start, end)) {
          out.string(bytes, start, end);
          continue;
        }
      } else if (kind === lexeme.quotedText) {
        undoubleQuotes(bytes, start, end, scratch);
        if (isJson(scratch.bytes, 0, scratch.length)) {
          this.writeScratch();
          continue;
        }
        scratch.clear();
      } else if (kind === lexeme.string || kind === lexeme.escapedString) {
        out.string(bytes, start - 1, end + 1);
        continue;
      } else if (kind !== lexeme.absent && kind !== lexeme.null) {
        out.string(bytes, start, end);
        continue;
      }
      if (kind !== lexeme.absent && kind !== lexeme.null) misfits.add(row);
      nulls[first + row] = 1;
      this.map.nulls++;
      out.byte(0);
    }
  }
}
