/** `1 row`, `1,000 rows`; the count as a number or as the digits of one. */
export function counted(count: number | string | bigint, noun: string): string {
  const exact = BigInt(count);
  return `${exact.toLocaleString('en')} ${noun}${exact === 1n ? '' : 's'}`;
}
