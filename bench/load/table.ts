/** Seconds of several runs, and what they come to. */
export interface Runs {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median and both ends of some runs; NaN without any. */
export function summarize(seconds: readonly number[]): Runs {
  const sorted = [...seconds].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return { median: (low + high) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** `1.23 s (1.20 to 1.31)` */
export function shown(runs: Runs): string {
  return `${runs.median.toFixed(2)} s (${runs.min.toFixed(2)} to ${runs.max.toFixed(2)})`;
}

/** A Markdown table, printed as soon as it is complete. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n**${title}**\n`);
  console.log(`| ${head.join(' | ')} |`);
  console.log(`| ${head.map(() => '---').join(' | ')} |`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}
