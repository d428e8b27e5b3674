import { gzipped, momentOf, textFile, type FeedFile } from './feed.ts';
import { seeded, type Random } from './random.ts';

const ordersPerDay = 600;
const countries = ['DE', 'FR', 'NL', 'PL', 'ES', 'IT'] as const;

interface Order {
  order_id: string;
  placed_at: string;
  exported_at: string;
  country: string;
  status: string;
  customer_email: string;
  items: number;
  amount: string | null;
  currency: string;
}

/** A week of orders, one file a day; from the third day on each has a fault of its own. */
export function ordersFeed(): FeedFile[] {
  const random = seeded(20261109);
  const day = (date: string) => ordersOf(date, random);

  const nullSurge = day('2026-11-11').map((order) =>
    order.country === 'PL' && order.placed_at > '2026-11-11T12:00' ? { ...order, amount: null } : order,
  );
  const repeated = day('2026-11-12');
  const badCodes = repeated.map((order, place) =>
    place % 75 === 7 ? { ...order, country: 'XX' } : place % 110 === 9 ? { ...order, status: 'payed' } : order,
  );
  const late = day('2026-11-13').map((order, place) =>
    place % 3 === 0 ? { ...order, placed_at: order.placed_at.replace('2026-11-13', '2026-11-06') } : order,
  );
  const cut = gzipped(textFile('', day('2026-11-14').map(line)).bytes);
  const cents = day('2026-11-15').map((order) => ({
    ...order,
    amount: order.amount === null ? null : String(Math.round(Number(order.amount) * 100)),
  }));

  return [
    textFile('orders-2026-11-09.jsonl', day('2026-11-09').map(line)),
    textFile('orders-2026-11-10.jsonl', withBrokenLines(day('2026-11-10').map(line))),
    textFile('orders-2026-11-11.jsonl', nullSurge.map(line)),
    textFile('orders-2026-11-12.jsonl', [...badCodes, ...badCodes.slice(100, 112)].map(line)),
    textFile('orders-2026-11-13.jsonl', late.map(line)),
    { name: 'orders-2026-11-14.jsonl.gz', bytes: cut.subarray(0, Math.floor(cut.length * 0.7)) },
    textFile('orders-2026-11-15.jsonl', cents.map(line)),
  ];
}

function ordersOf(date: string, random: Random): Order[] {
  return Array.from({ length: ordersPerDay }, (_, place) => ({
    order_id: `A${date.replaceAll('-', '')}-${String(place + 1).padStart(4, '0')}`,
    placed_at: momentOf(date, (place * 1_440) / ordersPerDay + random.unit()),
    exported_at: momentOf(date, 1_440 + 120),
    country: random.pick(countries),
    status: random.chance(0.86) ? 'paid' : random.pick(['open', 'cancelled', 'refunded']),
    customer_email: `customer${String(random.between(1, 4_000))}@example.com`,
    items: random.between(1, 6),
    amount: `${String(random.between(9, 240))}.${String(random.between(0, 99)).padStart(2, '0')}`,
    currency: 'EUR',
  }));
}

/** The amount is written as a number with its two decimals, which JSON.stringify would drop. */
function line(order: Order): string {
  const { amount, ...rest } = order;
  return `${JSON.stringify(rest).slice(0, -1)},"amount":${amount ?? 'null'}}`;
}

/** Three lines as they come out of a writer that was interrupted. */
function withBrokenLines(lines: string[]): string[] {
  const broken = [...lines];
  broken[120] = (lines[120] ?? '').slice(0, 96);
  broken[121] = 'Traceback (most recent call last):';
  broken[300] = (lines[300] ?? '').replace('"items":', '"items":1,"items":');
  return broken;
}
