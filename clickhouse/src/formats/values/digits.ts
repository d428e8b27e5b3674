const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;

const million = 1_000_000;
const wordSize = 0x1_0000_0000;

/** Powers of ten that a double holds exactly. */
export const powersOfTen: Float64Array = Float64Array.from({ length: 23 }, (_, exponent) =>
  Number(`1e${String(exponent)}`),
);

/** Digits of a whole number up to which a double adds them up without loss. */
export const exactDigits = 15;

/**
 * A whole number written the one strict way (no plus, no leading zero, no `-0`) with at most 15 digits, so that a double holds it exactly.
 * NaN for everything else.
 */
export function shortInteger(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === minus;
  if (negative) at++;
  const digits = end - at;
  if (digits < 1 || digits > exactDigits) return NaN;
  const first = (bytes[at] ?? 0) - zero;
  if (first < 0 || first > 9) return NaN;
  if (first === 0) return digits === 1 && !negative ? 0 : NaN;
  let value = first;
  for (at++; at < end; at++) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

/** Whether the text is a whole number written the one strict way, of any length. */
export function isStrictInteger(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  if (bytes[at] === minus) at++;
  if (at >= end) return false;
  const first = bytes[at] ?? 0;
  if (first < zero || first > nine) return false;
  if (first === zero) return at + 1 === end && at === start;
  for (at++; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < zero || byte > nine) return false;
  }
  return true;
}

/**
 * Writes the number made of the digits in `[start, end)` (a sign in front and one point are passed over) and of `zeros` zeros behind
 * them, as a two's complement number of `count` 32-bit words, lowest first. The caller has checked the form.
 * @returns false when it needs more bits than that; the words are then undefined.
 */
export function writeDigits(
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number; readonly zeros: number; readonly signed: boolean },
  words: Int32Array,
  target: { readonly at: number; readonly count: number },
): boolean {
  const { at: first, count } = target;
  const negative = bytes[range.start] === minus;
  for (let word = 0; word < count; word++) words[first + word] = 0;

  let group = 0;
  let scale = 1;
  const digits = range.end + range.zeros;
  for (let at = negative ? range.start + 1 : range.start; at < digits; at++) {
    const byte = at < range.end ? (bytes[at] ?? 0) : zero;
    if (byte === point) continue;
    group = group * 10 + (byte - zero);
    scale *= 10;
    if (scale === million) {
      if (!multiplyAdd(words, target, scale, group)) return false;
      group = 0;
      scale = 1;
    }
  }
  if (scale > 1 && !multiplyAdd(words, target, scale, group)) return false;

  const top = words[first + count - 1] ?? 0;
  if (!range.signed) return !negative;
  if (!negative) return top >= 0;
  negate(words, target);
  // The magnitude 2^(bits - 1) is its own negative: the only one with the top bit set before and after.
  return (words[first + count - 1] ?? 0) < 0;
}

function multiplyAdd(
  words: Int32Array,
  target: { readonly at: number; readonly count: number },
  factor: number,
  summand: number,
): boolean {
  let carry = summand;
  for (let word = target.at; word < target.at + target.count; word++) {
    const product = ((words[word] ?? 0) >>> 0) * factor + carry;
    carry = Math.floor(product / wordSize);
    words[word] = product - carry * wordSize;
  }
  return carry === 0;
}

function negate(words: Int32Array, target: { readonly at: number; readonly count: number }): void {
  let carry = 1;
  for (let word = target.at; word < target.at + target.count; word++) {
    const sum = (~(words[word] ?? 0) >>> 0) + carry;
    words[word] = sum;
    carry = sum >= wordSize ? 1 : 0;
  }
}
