const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });
const unitsOfBytes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A count as people read it: `1,234,567`. Takes 64-bit counts as decimal text, every digit kept. */
export function formatCount(count: string | number | bigint): string {
  return integer.format(typeof count === 'string' ? BigInt(count) : count);
}

/** A count where space is short: `1.2M`. */
export function formatCompact(count: string | number): string {
  return compact.format(Number(count));
}

/** `1 row`, `2 rows`. */
export function plural(count: string | number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${String(count) === '1' ? one : many}`;
}

/** A measured number on an axis or in a cell; at most four decimals. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 1e6 ? compact.format(value) : plain.format(value);
}

/** An exact value where space is short: long fractions are cut to six significant digits, thousands are grouped, everything else stays. */
export function shortValue(exact: string): string {
  const short = /^-?\d+\.\d{5,}$/.test(exact) ? String(Number(Number(exact).toPrecision(6))) : exact;
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(short) ?? [];
  return whole === '' ? short : `${sign}${formatCount(whole)}${rest}`;
}

/** @param bytes size in bytes, SI units as operating systems show them */
export function formatBytes(bytes: string | number): string {
  let size = Number(bytes);
  let step = 0;
  while (size >= 1000 && step < unitsOfBytes.length - 1) {
    size /= 1000;
    step += 1;
  }
  const digits = step === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${unitsOfBytes[step] ?? 'B'}`;
}

/** A share of two counts: `7.4%`, never `0%` for something and never `100%` for less than all. */
export function formatShare(part: string | number, whole: string | number): string {
  return formatPercent(shareOf(part, whole));
}

/** @param share between 0 and 1 */
export function formatPercent(share: number): string {
  if (share === 0) return '0%';
  if (share === 1) return '100%';
  if (share < 0.0001) return '<0.01%';
  if (share > 0.9999) return '>99.99%';
  const percent = share * 100;
  return `${percent.toFixed(percent < 1 || percent > 99 ? 2 : 1)}%`;
}

/** @returns a number between 0 and 1; 0 of nothing is 0 */
export function shareOf(part: string | number, whole: string | number): number {
  const total = Number(whole);
  return total === 0 ? 0 : Number(part) / total;
}

/** @param ms a length of time in milliseconds: `340 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h` */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return inTwoUnits(whole);
}

function inTwoUnits(seconds: number): string {
  const steps: readonly [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = steps.findIndex(([size]) => seconds >= size);
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, unit] of steps.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}

/** A machine's word as people read it: `no_data` gives `no data`. */
export function formatWord(word: string): string {
  return word.replaceAll('_', ' ');
}
