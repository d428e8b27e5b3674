import { doubled } from './doubled.ts';

/** Finds names by their bytes: open addressing over copies of the names, so that looking one up allocates nothing. */
export class NameTable {
  /** Names so far; each has the number it was added as. */
  count = 0;
  /** All names, one behind the other. */
  bytes = new Uint8Array(4096);
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  #hashes = new Int32Array(64);
  #slots = new Int32Array(128).fill(-1);
  #used = 0;

  /** The number of the name; -1 when it was never added. */
  find(source: Uint8Array, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] ?? -1;
      if (number < 0) return -1;
      if (this.#hashes[number] === hash && this.#equals(number, source, start, end)) return number;
    }
  }

  /** Adds a name that `find` did not know. */
  add(source: Uint8Array, start: number, end: number): number {
    const number = this.count++;
    if (number === this.starts.length) this.#growEntries();
    const length = end - start;
    if (this.#used + length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.#used + length, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(source.subarray(start, end), this.#used);
    this.starts[number] = this.#used;
    this.#used += length;
    this.ends[number] = this.#used;
    this.#hashes[number] = hashOf(source, start, end);
    if (this.count * 2 > this.#slots.length) this.#growSlots();
    else this.#place(number);
    return number;
  }

  text(number: number): string {
    return Buffer.from(
      this.bytes.buffer,
      this.starts[number] ?? 0,
      (this.ends[number] ?? 0) - (this.starts[number] ?? 0),
    ).toString();
  }

  /** Whether the name of that number is exactly `source[start, end)`. */
  is(number: number, source: Uint8Array, start: number, end: number): boolean {
    return number < this.count && this.#equals(number, source, start, end);
  }

  #equals(number: number, source: Uint8Array, start: number, end: number): boolean {
    const first = this.starts[number] ?? 0;
    if ((this.ends[number] ?? 0) - first !== end - start) return false;
    const { bytes } = this;
    for (let offset = 0; offset < end - start; offset++)
      if (bytes[first + offset] !== source[start + offset]) return false;
    return true;
  }

  #place(number: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[number] ?? 0) & mask;
    while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number;
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let number = 0; number < this.count; number++) this.#place(number);
  }

  #growEntries(): void {
    this.starts = doubled(this.starts);
    this.ends = doubled(this.ends);
    this.#hashes = doubled(this.#hashes);
  }
}

/** A random start, so that nobody can prepare names that all collide. */
const seed = Math.floor(Math.random() * 0x7fff_ffff);

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
    hash ^= hash >>> 13;
  }
  return Math.imul(hash ^ (hash >>> 16), 0x45d9_f3b);
}
