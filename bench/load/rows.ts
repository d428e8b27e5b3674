import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** What a bench file is made of. `odd` is the share of rows with nulls, escapes, nested values, undeclared keys and type errors. */
export interface BenchFile {
  readonly path: string;
  readonly rows: number;
  readonly odd: number;
  readonly format: 'jsonl' | 'csv';
}

/** The declared columns of every bench file, in order. */
export const benchColumns = {
  event_id: 'String',
  at: 'DateTime64(3)',
  account: 'Int64',
  country: 'String',
  status: 'String',
  amount: 'Decimal(12, 2)',
  items: 'Int32',
  ratio: 'Float64',
  email: 'String',
  agent: 'String',
  coupon: 'String',
  paid: 'Bool',
} as const;

const countries = ['DE', 'FR', 'NL', 'PL', 'ES', 'IT', 'AT', 'CH'];
const statuses = ['paid', 'open', 'cancelled', 'refunded'];
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)',
  'assay-bench/1.0 (+https://example.com/agent)',
];
const rowsPerWrite = 2_000;

/** Writes the file: the same rows every time, about 285 bytes each as JSON. */
export async function writeBenchFile(file: BenchFile): Promise<void> {
  const out = createWriteStream(file.path, { highWaterMark: 4 * 1024 * 1024 });
  if (file.format === 'csv') out.write(`${Object.keys(benchColumns).join(',')}\n`);
  const oddEvery = file.odd === 0 ? 0 : Math.round(1 / file.odd);
  let state = 88_172_645;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let row = 0; row < file.rows;) {
    let text = '';
    for (let end = Math.min(file.rows, row + rowsPerWrite); row < end; row++) {
      const fields = rowOf(row, next);
      text +=
        file.format === 'csv'
          ? csvLine(fields)
          : jsonLine(fields, oddEvery !== 0 && row % oddEvery === 0 ? row / oddEvery : undefined);
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}

type Fields = readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string | null,
  string,
];

function rowOf(row: number, next: () => number): Fields {
  const a = next();
  const b = next();
  return [
    `evt-${String(row).padStart(10, '0')}-${(a >>> 8).toString(16).padStart(6, '0')}`,
    `${new Date(1_767_225_600_000 + row * 37).toISOString().slice(0, 23)}Z`,
    String(1_000_000 + (b % 500_000)),
    countries[a % 8] ?? 'DE',
    statuses[(a >>> 3) % 4] ?? 'paid',
    `${String((b >>> 4) % 900)}.${String(a % 100).padStart(2, '0')}`,
    String(1 + (b % 9)),
    String((a % 100_000) / 100_000),
    `user${String(b % 200_000)}@example.com`,
    agents[b % 3] ?? '',
    a % 10 < 4 ? null : `SAVE-${String(a % 977)}`,
    b % 5 === 0 ? 'false' : 'true',
  ];
}

function jsonLine(fields: Fields, oddity: number | undefined): string {
  const [id, at, account, country, status, amount, items, ratio, email, agent, coupon, paid] = fields;
  const common = `{"event_id":"${id}","at":"${at}","account":${account},"country":"${country}","status":"${status}"`;
  const tail = `"email":"${email}","agent":"${agent}","coupon":${coupon === null ? 'null' : `"${coupon}"`},"paid":${paid}}\n`;
  if (oddity === undefined) return `${common},"amount":${amount},"items":${items},"ratio":${ratio},${tail}`;
  switch (oddity % 5) {
    case 0:
      return `{"event_id":null,"at":null,"account":null,"country":null,"status":null,"amount":null,"items":null,"ratio":null,"email":null,"agent":null,"coupon":null,"paid":null}\n`;
    case 1:
      return `${common},"amount":${amount},"items":${items},"ratio":${ratio},"note":"a \\"quoted\\" \\u00e9 line\\n",${tail}`;
    case 2:
      return `${common},"amount":{"net":${amount},"tax":[1.50,2]},"items":${items},"ratio":${ratio},${tail}`;
    case 3:
      return `${common},"amount":${amount},"items":"many","ratio":${ratio},"extra_1":1,"extra_2":{"x":1.50},${tail}`;
    default:
      return `${common},"amount":${amount}999,"items":99999999999999999999,"ratio":${ratio},${tail}`;
  }
}

function csvLine(fields: Fields): string {
  return `${fields.map((field) => field ?? '').join(',')}\n`;
}
