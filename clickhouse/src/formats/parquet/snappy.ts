import { repeat } from './repeat-bytes.ts';

/** Unpacks a block of raw Snappy of a known size. Throws RangeError when the bytes are none. */
export function unpackSnappy(packed: Uint8Array, size: number): Uint8Array {
  let at = 0;
  const next = (): number => {
    const byte = packed[at++];
    if (byte === undefined) throw new RangeError('Snappy ends in the middle');
    return byte;
  };
  const little = (bytes: number): number => {
    let value = 0;
    for (let place = 0; place < bytes; place++) value += next() * 2 ** (8 * place);
    return value;
  };
  while (next() >= 128);
  const out = new Uint8Array(size);
  let end = 0;
  while (at < packed.length) {
    const tag = next();
    const literal = (tag & 3) === 0;
    const long = tag >> 2;
    if (literal) {
      const length = 1 + (long < 60 ? long : little(long - 59));
      if (at + length > packed.length || end + length > size) throw new RangeError('Snappy is longer than it says');
      out.set(packed.subarray(at, at + length), end);
      at += length;
      end += length;
      continue;
    }
    const short = (tag & 3) === 1;
    const length = short ? 4 + (long & 7) : 1 + long;
    const back = short ? (tag >> 5) * 256 + next() : little((tag & 3) === 2 ? 2 : 4);
    if (back === 0 || back > end || end + length > size) throw new RangeError('Snappy copies what is not there');
    repeat(out, { from: end - back, to: end, length });
    end += length;
  }
  if (end !== size) throw new RangeError('Snappy is shorter than it says');
  return out;
}
