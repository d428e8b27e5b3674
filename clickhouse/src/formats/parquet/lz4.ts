import { repeat } from './repeat-bytes.ts';

/** Unpacks a raw block of LZ4 of a known size. Throws RangeError when the bytes are none. */
export function unpackLz4(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  let end = 0;
  const next = (): number => {
    const byte = packed[at++];
    if (byte === undefined) throw new RangeError('LZ4 ends in the middle');
    return byte;
  };
  const lengthOf = (half: number): number => {
    let length = half;
    if (half === 15) {
      let more: number;
      do length += more = next();
      while (more === 255);
    }
    return length;
  };
  while (at < packed.length) {
    const token = next();
    const literals = lengthOf(token >> 4);
    if (at + literals > packed.length || end + literals > size) throw new RangeError('LZ4 is longer than it says');
    out.set(packed.subarray(at, at + literals), end);
    at += literals;
    end += literals;
    // The last sequence has nothing but literals.
    if (at === packed.length) break;
    const back = next() + next() * 256;
    const length = 4 + lengthOf(token & 15);
    if (back === 0 || back > end || end + length > size) throw new RangeError('LZ4 copies what is not there');
    repeat(out, { from: end - back, to: end, length });
    end += length;
  }
  if (end !== size) throw new RangeError('LZ4 is shorter than it says');
  return out;
}
