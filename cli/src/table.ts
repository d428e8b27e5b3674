import { stripVTControlCharacters } from 'node:util';

/** Rows in aligned columns under their headings, for a terminal. What comes from data cannot move the cursor. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Several lines for a terminal, which keep their ends and cannot move the cursor. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Text of data on one line of a terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '·');
}
