import { printable } from '../table.ts';

/** Where a file is on its way. */
export interface FileProgress {
  readonly name: string;
  readonly stage: string;
  readonly bytes: number;
  readonly bytes_total: number | undefined;
  readonly records: string;
  readonly records_per_s: number;
  readonly eta_s: number | null;
}

/** `orders.jsonl  loading  12.3 of 286.0 MB  43,000 records  310,000/s  about 2 s left` */
function progressLine(progress: FileProgress): string {
  const { name, stage, bytes, bytes_total, records, records_per_s, eta_s } = progress;
  const size =
    bytes_total === undefined
      ? megabytes(bytes)
      : `${megabytes(bytes).replace(' MB', '')} of ${megabytes(bytes_total)}`;
  const speed = records_per_s === 0 ? [] : [`${records_per_s.toLocaleString('en')}/s`];
  const left = eta_s === null ? [] : [`about ${eta_s} s left`];
  const counted = records === '0' ? [] : [`${BigInt(records).toLocaleString('en')} records`];
  return [printable(name), stage, size, ...counted, ...speed, ...left].join('  ');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const quietEvery_ms = 10_000;

/**
 * Shows how several files are doing: one line that redraws itself on a terminal, now and then a line anywhere else, unless a program
 * reads the answer.
 */
export class ProgressDisplay {
  readonly #out: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;
  readonly #reader: 'person' | 'program';
  readonly #running = new Map<string, FileProgress>();
  readonly #total: number;
  #done = 0;
  #shownAt = performance.now();

  constructor(
    out: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>,
    { total, reader }: { total: number; reader: 'person' | 'program' },
  ) {
    this.#out = out;
    this.#total = total;
    this.#reader = reader;
  }

  update(key: string, progress: FileProgress): void {
    this.#running.set(key, progress);
    const line = this.#line();
    if (this.#out.isTTY) {
      // A terminal that does not know its width says 0.
      const width = this.#out.columns > 0 ? this.#out.columns : 80;
      this.#out.write(`\r\u001b[2K${line.slice(0, Math.max(20, width - 1))}`);
      return;
    }
    if (this.#reader === 'program' || performance.now() - this.#shownAt < quietEvery_ms) return;
    this.#shownAt = performance.now();
    this.#out.write(`${line}\n`);
  }

  finish(key: string): void {
    this.#running.delete(key);
    this.#done += 1;
    this.clear();
  }

  /** Leaves the line empty, for something else to be printed. */
  clear(): void {
    if (this.#out.isTTY) this.#out.write('\r\u001b[2K');
  }

  #line(): string {
    const [first] = this.#running.values();
    const line = first === undefined ? '' : progressLine(first);
    const beside = this.#running.size > 1 ? `  (+${this.#running.size - 1})` : '';
    return this.#total > 1 ? `${this.#done}/${this.#total}  ${line}${beside}` : line;
  }
}
