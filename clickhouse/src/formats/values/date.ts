import { lexeme } from '../lexeme.ts';
import { dayNumber, firstDay, fixedDigits, lastDay } from './calendar.ts';
import type { ColumnEncoder, Lexemes, MisfitRows } from './encoder.ts';
import { WordColumn } from './fixed-width.ts';

const dash = 0x2d;

/** Calendar days written `YYYY-MM-DD`, from 1900-01-01 to 2299-12-31. A day that does not exist is a misfit, never the next one. */
export function dateColumn(): ColumnEncoder {
  return new Dates(1);
}

class Dates extends WordColumn {
  encode({ bytes, kinds, starts, ends }: Lexemes, from: number, rows: number, misfits: MisfitRows): void {
    const first = this.extend(rows);
    const nulls = this.map.bytes;
    for (let row = 0; row < rows; row++) {
      const kind = kinds[from + row];
      if (kind === lexeme.string || kind === lexeme.text) {
        const start = starts[from + row] ?? 0;
        if ((ends[from + row] ?? 0) - start === 10) {
          const day = readDay(bytes, start);
          if (day >= firstDay && day <= lastDay) {
            this.words[first + row] = day;
            continue;
          }
        }
      }
      if (kind !== lexeme.absent && kind !== lexeme.null) misfits.add(row);
      nulls[first + row] = 1;
      this.map.nulls++;
    }
  }
}

/** Day number of the ten characters `YYYY-MM-DD`; NaN when they are no such date. */
export function readDay(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== dash || bytes[at + 7] !== dash) return NaN;
  return dayNumber(fixedDigits(bytes, at, 4), fixedDigits(bytes, at + 5, 2), fixedDigits(bytes, at + 8, 2));
}
