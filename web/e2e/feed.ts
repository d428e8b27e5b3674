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

/** Readings of meters of which two columns are declared; the files bring the others before them. */
export const metersDocument = `source: meters
format: jsonl
event_time: at
columns:
  at: { type: DateTime64(0) }
  meter: { type: String }
  reading: { type: Float64 }
rules:
  - id: reading-present
    not_null: { column: reading }
    by: [meter]
  - id: usual-reading
    metric: { column: reading, metric: max }
    fail: { value: 'not between 5 and 20' }
  - id: enough-a-day
    row_count: {}
    window: 1 day
    fail: { value: '< 100' }
  - id: reading-of-its-hour
    description: A reading is sent within the hour that it is of.
    row_expression: { expression: "sent_hour IS NULL OR (sent_hour >= 0 AND sent_hour < 24 AND length(meter) > 0)" }
`;

/** One file of the same day. @param highest the highest reading; null leaves out every reading of meter B, and one of meter A */
export function metersOf(number: number, highest: number | null): { name: string; text: string } {
  const lines = Array.from({ length: 8 }, (_, index) => {
    const meter = index % 2 === 0 ? 'A' : 'B';
    const missing = highest === null && (meter === 'B' || index === 0);
    return JSON.stringify({
      note: `file ${String(number)}`,
      at: `2026-11-01T0${String(index)}:00:00Z`,
      sent_hour: number === 1 && index === 3 ? 99 : index,
      meter,
      reading: missing ? null : index === 4 ? (highest ?? 10) : 9,
    });
  });
  return { name: `meters-${String(number)}.jsonl`, text: `${lines.join('\n')}\n` };
}
