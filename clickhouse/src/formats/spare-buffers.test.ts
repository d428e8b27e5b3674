import { expect, test } from 'vitest';
import { SpareBuffers } from './spare-buffers.ts';

test('a buffer given back is used again for what fits in it and is not much smaller', () => {
  const spare = new SpareBuffers(1_000);
  const buffer = new ArrayBuffer(100);
  spare.give(buffer);
  expect([spare.take(101), spare.take(49)]).toEqual([undefined, undefined]);
  expect(spare.take(60)).toBe(buffer);
  expect(spare.take(60)).toBeUndefined();
});

test('what is more than it may keep is freed at once, and all of it when it is cleared', () => {
  const spare = new SpareBuffers(250);
  const buffers = [new ArrayBuffer(100), new ArrayBuffer(100), new ArrayBuffer(100)];
  for (const buffer of buffers) spare.give(buffer);
  expect(buffers.map((buffer) => buffer.detached)).toEqual([false, false, true]);
  spare.clear();
  expect(buffers.every((buffer) => buffer.detached)).toBe(true);
  expect(spare.take(100)).toBeUndefined();
});

test('a buffer that went to another thread is nobody’s to keep', () => {
  const spare = new SpareBuffers(1_000);
  const buffer = new ArrayBuffer(100);
  structuredClone(buffer, { transfer: [buffer] });
  spare.give(buffer);
  expect(spare.take(0)).toBeUndefined();
});
