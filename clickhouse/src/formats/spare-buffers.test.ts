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

test('what is more than it may keep is freed at once', () => {
  const spare = new SpareBuffers(250);
  const buffers = [new ArrayBuffer(100), new ArrayBuffer(100), new ArrayBuffer(100)];
  for (const buffer of buffers) spare.give(buffer);
  expect(buffers.map((buffer) => buffer.detached)).toEqual([false, false, true]);
});

test('what nobody needed from one trim to the next is freed, what was in use is kept', () => {
  const spare = new SpareBuffers(1_000);
  const buffers = [new ArrayBuffer(100), new ArrayBuffer(100), new ArrayBuffer(100)];
  for (const buffer of buffers) spare.give(buffer);
  expect(spare.trim()).toBe(true);
  const used = [spare.take(100), spare.take(100)];
  for (const buffer of used) if (buffer !== undefined) spare.give(buffer);
  expect(spare.trim()).toBe(true);
  expect(buffers.map((buffer) => buffer.detached)).toEqual([true, false, false]);
  expect(spare.trim()).toBe(false);
  expect(buffers.every((buffer) => buffer.detached)).toBe(true);
});

test('a buffer that went to another thread is nobody’s to keep', () => {
  const spare = new SpareBuffers(1_000);
  const buffer = new ArrayBuffer(100);
  structuredClone(buffer, { transfer: [buffer] });
  spare.give(buffer);
  expect(spare.take(0)).toBeUndefined();
});
