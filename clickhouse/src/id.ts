import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';

/** A UInt64 as decimal text: JavaScript numbers cannot hold it. */
export const id = z.string().regex(/^(0|[1-9]\d{0,19})$/, 'an id is a whole number');
export type Id = z.infer<typeof id>;

/** Ids as a parameter of type Array(UInt64), which takes digits without quotes. */
export const idList = z.array(id).transform((ids) => ids.map(BigInt));

const epoch_ms = Date.UTC(2024, 0, 1);
const randomRange = 2 ** 23;
let lastMillisecond = -1;
let lastRandom = 0;

/**
 * A new id that sorts by time: 41 bits of milliseconds since 2024, then 23 random bits that only grow within a millisecond.
 * @param now milliseconds since the Unix epoch
 */
export function newId(now: number): Id {
  const millisecond = Math.max(now - epoch_ms, lastMillisecond);
  lastRandom = millisecond === lastMillisecond ? lastRandom + 1 : randomInt(randomRange / 2);
  lastMillisecond = millisecond;
  return ((BigInt(millisecond) << 23n) | BigInt(lastRandom % randomRange)).toString();
}

/** When an id was made, in milliseconds since the Unix epoch. */
export function timeOfId(value: Id): number {
  return Number(BigInt(value) >> 23n) + epoch_ms;
}

/**
 * Names the chunks of one attempt to load a file: 48 random bits that no other attempt has, then the chunk number.
 * @returns a function from chunk number (0 to 65,535) to chunk id
 */
export function newChunkIds(): (chunk_no: number) => Id {
  const attempt = BigInt(`0x${randomBytes(6).toString('hex')}`) << 16n;
  return (chunk_no) => {
    if (chunk_no > 0xffff)
      throw new RangeError(`a load has at most 65,536 chunks, chunk ${String(chunk_no)} is too many`);
    return (attempt | BigInt(chunk_no)).toString();
  };
}
