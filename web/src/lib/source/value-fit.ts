import type { UndeclaredKey } from '#lib/api.ts';
import { formatCount, plural } from '#lib/format.ts';

type Counted = Pick<UndeclaredKey, 'rows' | 'integers' | 'numbers' | 'texts' | 'bools'>;

/** What the values of a key are: `all whole numbers`, `58 whole numbers and 2 texts`. */
export function kindsOfValues(key: Counted): string {
  const kinds = kindsOf(key);
  const [first] = kinds;
  if (first === undefined) return 'no values';
  if (kinds.length === 1) return `all ${first.word}`;
  const told = kinds.map(({ count, word }) => `${formatCount(count)} ${word}`);
  return `${told.slice(0, -1).join(', ')} and ${told.at(-1) ?? ''}`;
}

/**
 * What becomes of values that a type can hardly hold; empty when nothing speaks against it. Whether a text is a time or a number is only
 * known when the file is read.
 */
export function fitOf(key: Counted, type: string): string {
  const takes = takenBy(type.trim());
  if (takes === undefined) return '';
  const lost = kindsOf(key)
    .filter(({ kind }) => !takes.includes(kind))
    .reduce((sum, { count }) => sum + count, 0n);
  if (lost === 0n) return '';
  return `Up to ${plural(String(lost), 'value')} cannot be ${type.trim()}: what does not fit becomes a type error, and its row stays.`;
}

type Kind = 'integers' | 'numbers' | 'texts' | 'bools' | 'others';

function kindsOf(key: Counted): { kind: Kind; count: bigint; word: string }[] {
  const { rows, integers, numbers, texts, bools } = key;
  const others = BigInt(rows) - BigInt(integers) - BigInt(numbers) - BigInt(texts) - BigInt(bools);
  return [
    { kind: 'integers' as const, count: BigInt(integers), word: 'whole numbers' },
    { kind: 'numbers' as const, count: BigInt(numbers), word: 'numbers with a fraction' },
    { kind: 'texts' as const, count: BigInt(texts), word: 'texts' },
    { kind: 'bools' as const, count: BigInt(bools), word: 'true or false' },
    { kind: 'others' as const, count: others, word: 'lists, objects or other numbers' },
  ].filter(({ count }) => count > 0n);
}

/** Undefined where it depends on the values. */
function takenBy(type: string): readonly Kind[] | undefined {
  if (/^U?Int\d+$/.test(type)) return ['integers', 'texts', 'others'];
  if (/^(Float|Decimal)/.test(type)) return ['integers', 'numbers', 'texts', 'others'];
  if (type === 'Bool') return ['bools', 'texts'];
  return undefined;
}
