/** A source as a person would declare it, with rules that the files below break or keep. */
export const ordersDocument = `source: orders
format: jsonl
event_time: placed_at
key: [order_id]
owner: payments
columns:
  order_id: { type: String }
  placed_at: { type: DateTime64(0) }
  country: { type: String }
  amount: { type: 'Decimal(12, 2)' }
rules:
  - id: amount-present
    not_null: { column: amount }
    fail: { share: '> 5%' }
    severity: critical
  - id: known-country
    accepted_values: { column: country, values: [DE, FR, NL] }
    severity: medium
`;

/** Text that would be markup if anything rendered it as such. */
export const hostile = '<img src=x onerror="document.title=\'owned\'"><b>bold</b>';

/** A day of orders. @param fault what is wrong with it */
export function ordersOf(day: string, fault: 'none' | 'amounts_missing'): { name: string; text: string } {
  const lines = Array.from({ length: 400 }, (_, index) =>
    JSON.stringify({
      order_id: `${day}-${String(index + 1)}`,
      placed_at: `${day}T${String(index % 24).padStart(2, '0')}:15:00Z`,
      country: index % 97 === 50 ? hostile : (['DE', 'FR', 'NL'][index % 3] ?? 'DE'),
      ...(fault === 'amounts_missing' && index % 4 === 0 ? {} : { amount: (10 + (index % 90) / 4).toFixed(2) }),
      ...(fault === 'amounts_missing' && index === 7 ? { [hostile]: 'an undeclared key' } : {}),
    }),
  );
  if (fault === 'amounts_missing') lines.splice(20, 0, '{"order_id": "broken", "country": "<script>');
  return { name: `orders-${day}.jsonl`, text: `${lines.join('\n')}\n` };
}
