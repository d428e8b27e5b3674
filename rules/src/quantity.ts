/** An exact number: a fraction of two whole numbers, the denominator above zero. */
export interface Quantity {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** An exact number, as a fraction. @throws RangeError unless the denominator is above zero. */
export function quantity(numerator: bigint, denominator = 1n): Quantity {
  if (denominator <= 0n) throw new RangeError('A fraction needs a denominator above zero.');
  return { numerator, denominator };
}

/** Reads `12`, `-0.50` or `1e-7` without rounding. @returns undefined for anything else, `nan` and `inf` included. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim());
  if (!match) return undefined;
  const fraction = match[3] ?? '';
  const magnitude = BigInt((match[2] ?? '') + fraction);
  const numerator = match[1] === '-' ? -magnitude : magnitude;
  const exponent = Number(match[4] ?? 0) - fraction.length;
  return exponent >= 0 ? quantity(numerator * 10n ** BigInt(exponent)) : quantity(numerator, 10n ** BigInt(-exponent));
}

/** Below zero when a < b, zero when equal, above when a > b. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Decimal text: exact where it ends within `places`, otherwise rounded half away from zero at that many places. */
export function formatQuantity(value: Quantity, places = 6): string {
  const negative = value.numerator < 0n;
  const magnitude = negative ? -value.numerator : value.numerator;
  const scale = 10n ** BigInt(places);
  const rounded = (magnitude * scale * 2n + value.denominator) / (value.denominator * 2n);
  const whole = rounded / scale;
  const fraction = String(rounded % scale)
    .padStart(places, '0')
    .replace(/0+$/, '');
  return `${negative && rounded > 0n ? '-' : ''}${String(whole)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `0.0123` as `1.23%`, with enough places that a share above zero never reads as 0%. */
export function formatShare(share: Quantity): string {
  const percent = quantity(share.numerator * 100n, share.denominator);
  for (const places of [2, 4, 6, 8]) {
    const text = formatQuantity(percent, places);
    const misleading =
      (text === '0' && percent.numerator !== 0n) ||
      (text === '100' && percent.numerator !== 100n * percent.denominator);
    if (!misleading) return `${text}%`;
  }
  return percent.numerator > percent.denominator ? '>99.99999999%' : '<0.00000001%';
}

/** `1234567` as `1,234,567`. */
export function formatCount(count: bigint): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 row`, `1,234 rows`: the count with its noun, which is given in the plural. */
export function formatCounted(count: bigint, nouns: string): string {
  return `${formatCount(count)} ${count === 1n ? nouns.replace(/s$/, '') : nouns}`;
}
