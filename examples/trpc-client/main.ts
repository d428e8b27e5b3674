import type { AppRouter, Receipt } from '@assay/api';
import { createTRPCClient, httpLink } from '@trpc/client';

const url = process.env['ASSAY_URL'] ?? 'http://127.0.0.1:4400';
const key = process.env['ASSAY_API_KEY'];
const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` };
const source = process.argv[2] ?? 'trpc-example';

process.on('uncaughtException', (error) => {
  const why =
    error.cause instanceof Error && error.message === 'fetch failed' ? ` at ${url}: is it running there?` : '';
  console.error(why === '' ? error.message : `Assay does not answer${why}`);
  process.exit(1);
});

const assay = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] });

// A source with two columns, and a rule: an order has an amount.
await assay.source.putDocument.mutate({
  source,
  yaml: `
owner: shop
key: [order_id]
columns:
  order_id: { type: Int64 }
  amount: { type: 'Decimal(12, 2)' }
`,
  why: 'trying the API',
});
const rule = await assay.rule.put.mutate({
  source,
  rule_id: 'amount-present',
  rule: { not_null: { column: 'amount' }, severity: 'high', description: 'An order has an amount.' },
  why: 'trying the API',
});
console.log(`rule ${rule.rule_id} (${rule.kind}) is at version ${rule.version}`);

// Three orders, one without an amount. The ids make the content new each time.
const first = Date.now();
const lines = [
  { order_id: first, amount: 12.5 },
  { order_id: first + 1, amount: null },
  { order_id: first + 2, amount: 7 },
];
const receipt = await send('orders.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
console.log(`load ${receipt.load_id} is ${receipt.state}`);

const result = await assay.load.ingestResult.query({ load_id: receipt.load_id, wait_s: 60 });
console.log(`verdict ${result.verdict}: ${result.rows} rows`);
for (const { rule_id, verdict, rows_failed } of result.results)
  console.log(`  ${rule_id}: ${verdict}, rows that broke it: ${rows_failed}`);

for (const { incident_id } of result.incidents) {
  const resolved = await assay.incident.resolve.mutate({
    incident_id,
    reason: 'expected_change',
    comment: 'It was only an example.',
  });
  console.log(`incident ${incident_id} is ${resolved.status}`);
}

/** The body is the file as it is. */
async function send(file: string, body: string): Promise<Receipt> {
  const answer = await fetch(`${url}/api/v1/sources/${source}/files?file=${encodeURIComponent(file)}`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/octet-stream' },
    body,
  });
  if (answer.status !== 202) throw new Error(await answer.text());
  return (await answer.json()) as Receipt;
}
