/** One of the bench's rules as people write it, and what an expert asks the engine by hand for the same answer. */
export interface BenchRule {
  readonly yaml: string;
  readonly by_hand: string;
}

/** Thirty rules as a careful team would have them: two exact uniqueness rules, two regexes, the rest cheap. */
export const benchRules: readonly BenchRule[] = [
  ...['event_id', 'at', 'account', 'country', 'status', 'amount', 'items', 'ratio'].map((column) => ({
    yaml: `not_null: { column: ${column} }`,
    by_hand: `countIf(isNull(${column}))`,
  })),
  { yaml: 'not_null: { column: coupon }\n    fail: { share: "> 60%" }', by_hand: 'countIf(isNull(coupon))' },
  {
    yaml: `not_null: { column: paid }\n    where: status = 'paid'`,
    by_hand: `countIf(status = 'paid' AND isNull(paid))`,
  },
  { yaml: 'unique: { columns: [event_id] }', by_hand: 'uniqExact(event_id)' },
  { yaml: 'unique: { columns: [at] }', by_hand: 'uniqExact(at)' },
  {
    yaml: `matches: { column: email, pattern: '^[^@ ]+@[^@ ]+[.][a-z]+$' }`,
    by_hand: `countIf(NOT match(email, '^[^@ ]+@[^@ ]+[.][a-z]+$'))`,
  },
  {
    yaml: `matches: { column: event_id, pattern: '^evt-[0-9]{10}-[0-9a-f]{6}$' }`,
    by_hand: `countIf(NOT match(event_id, '^evt-[0-9]{10}-[0-9a-f]{6}$'))`,
  },
  {
    yaml: 'accepted_values: { column: country, values: [DE, FR, NL, PL, ES, IT, AT, CH] }',
    by_hand: `countIf(country NOT IN ('DE', 'FR', 'NL', 'PL', 'ES', 'IT', 'AT', 'CH'))`,
  },
  {
    yaml: 'accepted_values: { column: status, values: [paid, open, cancelled, refunded] }',
    by_hand: `countIf(status NOT IN ('paid', 'open', 'cancelled', 'refunded'))`,
  },
  { yaml: 'range: { column: amount, min: 0, max: 1000 }', by_hand: 'countIf(amount < 0 OR amount > 1000)' },
  { yaml: 'range: { column: items, min: 1, max: 20 }', by_hand: 'countIf(items < 1 OR items > 20)' },
  { yaml: 'range: { column: ratio, min: 0, max: 1 }', by_hand: 'countIf(ratio < 0 OR ratio > 1)' },
  { yaml: 'range: { column: account, min: 1000000 }', by_hand: 'countIf(account < 1000000)' },
  { yaml: 'length: { column: country, min: 2, max: 2 }', by_hand: 'countIf(lengthUTF8(country) != 2)' },
  {
    yaml: 'length: { column: email, min: 5, max: 100 }',
    by_hand: 'countIf(lengthUTF8(email) < 5 OR lengthUTF8(email) > 100)',
  },
  { yaml: 'row_count: {}\n    fail: { value: "< 10" }', by_hand: 'count()' },
  {
    yaml: 'metric: { column: amount, metric: mean }\n    fail: { value: "not between 1 and 1000" }',
    by_hand: 'avg(amount)',
  },
  { yaml: 'metric: { column: amount, metric: max }\n    fail: { value: "> 1000" }', by_hand: 'max(amount)' },
  { yaml: 'metric: { column: items, metric: sum }\n    fail: { value: "< 1" }', by_hand: 'sum(items)' },
  { yaml: 'metric: { column: ratio, metric: stddev }\n    fail: { value: "> 1" }', by_hand: 'stddevSamp(ratio)' },
  { yaml: 'metric: { column: at, metric: max }\n    fail: { value: "< 2024-01-01" }', by_hand: 'max(at)' },
  {
    yaml: `row_expression: { expression: "amount >= 0 AND items >= 1" }`,
    by_hand: 'countIf(NOT (amount >= 0 AND items >= 1))',
  },
  {
    yaml: `row_expression: { expression: "status != 'refunded' OR amount >= 0" }`,
    by_hand: `countIf(NOT (status != 'refunded' OR amount >= 0))`,
  },
];

/** Four hundred cheap rules: thresholds that nothing breaks, on every number. */
export const cheapRules: readonly BenchRule[] = Array.from({ length: 400 }, (_, n) => ({
  yaml: `range: { column: ${['amount', 'items', 'account', 'ratio'][n % 4] ?? 'amount'}, max: ${String(2_000_000 + n)} }`,
  by_hand: '',
}));

/** A source document for the bench's files with some rules. */
export function benchSource(
  source: string,
  columns: Readonly<Record<string, string>>,
  rules: readonly BenchRule[],
): string {
  const declared = Object.entries(columns).map(([name, type]) => `  ${name}: { type: '${type}' }`);
  const listed = rules.map((rule, n) => `  - id: rule-${String(n + 1)}\n    ${rule.yaml}`);
  return [
    `source: ${source}`,
    'event_time: at',
    'columns:',
    ...declared,
    ...(listed.length > 0 ? ['rules:', ...listed] : []),
  ].join('\n');
}
