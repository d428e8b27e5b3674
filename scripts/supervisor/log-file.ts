import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const bytes_max = 10 * 1024 ** 2;

/**
 * A log file that keeps its last 10 to 20 MB: when it is full it becomes `<path>.1` and begins anew. While it cannot be written, because the
 * disk is full, lines are lost and counted, and whoever writes goes on.
 */
export class LogFile implements Disposable {
  readonly #path: string;
  #file: number;
  #bytes: number;
  #lost = 0;
  readonly #failed: (why: string) => void;

  /** @param failed hears of the first of the lines in a row that are lost */
  constructor(path: string, failed: (why: string) => void) {
    this.#path = path;
    this.#failed = failed;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'a');
    this.#bytes = fstatSync(this.#file).size;
  }

  write(line: string): void {
    // The last line before the gap may have been written in part.
    const gap = this.#lost === 0 ? '' : `\n${this.#lost} lines before this one could not be written\n`;
    const text = Buffer.from(`${gap}${line}\n`);
    try {
      if (this.#bytes >= bytes_max) this.#turn();
      const written = writeSync(this.#file, text);
      this.#bytes += written;
      if (written < text.byteLength) this.#lose('the disk is full');
      else this.#lost = 0;
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  #lose(why: string): void {
    this.#lost += 1;
    if (this.#lost === 1) this.#failed(`${this.#path} cannot be written, and what it should say is lost: ${why}`);
  }

  #turn(): void {
    renameSync(this.#path, `${this.#path}.1`);
    const next = openSync(this.#path, 'a');
    closeSync(this.#file);
    this.#file = next;
    this.#bytes = 0;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
