export interface ChangedLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** The lines of a text, with those that were taken away from or added to the one before: a shortest such list. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const common = longestCommon(old, now);
  const lines: ChangedLine[] = [];
  let from = 0;
  let to = 0;
  while (from < old.length || to < now.length) {
    const [removed, added] = [old[from], now[to]];
    if (removed !== undefined && removed === added) {
      lines.push({ kind: 'same', text: removed });
      from += 1;
      to += 1;
    } else if (added === undefined || (removed !== undefined && at(common, from + 1, to) >= at(common, from, to + 1))) {
      lines.push({ kind: 'removed', text: removed ?? '' });
      from += 1;
    } else {
      lines.push({ kind: 'added', text: added });
      to += 1;
    }
  }
  return lines;
}

/** `table[i][j]` is how many lines the rests from i and from j have in common. */
function longestCommon(old: readonly string[], now: readonly string[]): number[][] {
  const table = Array.from({ length: old.length + 1 }, () => Array.from({ length: now.length + 1 }, () => 0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (!row) continue;
      row[j] = old[i] === now[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}

function at(table: readonly (readonly number[])[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function linesOf(text: string): string[] {
  const trimmed = text.replace(/\n$/, '');
  return trimmed === '' ? [] : trimmed.split('\n');
}
