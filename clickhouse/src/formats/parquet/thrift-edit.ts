import type { FieldPlace, ThriftStruct } from './thrift-compact.ts';
import { GrowableBytes } from '../values/growable-bytes.ts';

/** Bytes that take the place of others. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** The types of truth values in Thrift's compact protocol, which are their values, too. */
const trueType = 1;
const falseType = 2;

/** The bytes with all edits made, which may not overlap. */
export function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const edit of edits.toSorted((one, other) => one.from - other.from)) {
    pieces.push(bytes.subarray(at, edit.from), edit.bytes);
    at = edit.to;
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}

/** Takes a field away, and tells the one behind it where it stands now. */
export function withoutField({ places }: ThriftStruct, field: number): Edit[] {
  const place = places.get(field);
  if (place === undefined) return [];
  const numbers = [...places.keys()];
  const at = numbers.indexOf(field);
  const next = numbers[at + 1];
  const behind = next === undefined ? undefined : places.get(next);
  const removed = { from: place.head, to: place.end, bytes: Buffer.alloc(0) };
  if (next === undefined || behind === undefined) return [removed];
  return [removed, headEdit(behind, next, numbers[at - 1] ?? 0)];
}

/** Gives a number another value. */
export function withInt({ places }: ThriftStruct, field: number, value: number): Edit[] {
  const place = places.get(field);
  return place === undefined ? [] : [{ from: place.value, to: place.end, bytes: varint(value * 2) }];
}

/** Gives a text another value. */
export function withText({ places }: ThriftStruct, field: number, text: string): Edit[] {
  const place = places.get(field);
  if (place === undefined) return [];
  const bytes = Buffer.from(text);
  return [{ from: place.value, to: place.end, bytes: Buffer.concat([varint(bytes.length), bytes]) }];
}

/** Makes a truth value false, be it there or not. Throws RangeError when no field stands before it. */
export function withFalse({ places }: ThriftStruct, field: number): Edit[] {
  const numbers = [...places.keys()];
  const before = numbers.findLast((number) => number < field);
  const ahead = before === undefined ? undefined : places.get(before);
  if (before === undefined || ahead === undefined) throw new RangeError('a struct begins with a field to be added');
  const place = places.get(field);
  const head = headOf(falseType, field, before);
  if (place !== undefined) return [{ from: place.head, to: place.end, bytes: head }];
  const next = numbers[numbers.indexOf(before) + 1];
  const behind = next === undefined ? undefined : places.get(next);
  const added = { from: ahead.end, to: ahead.end, bytes: head };
  if (next === undefined || behind === undefined) return [added];
  const told = headEdit(behind, next, field);
  return [{ from: added.from, to: told.to, bytes: Buffer.concat([head, told.bytes]) }];
}

function headEdit(place: FieldPlace, field: number, before: number): Edit {
  const isTruth = place.type === trueType || place.type === falseType;
  return { from: place.head, to: isTruth ? place.end : place.value, bytes: headOf(place.type, field, before) };
}

/** A head tells the number of its field as the distance from the one before, where that is short. */
function headOf(type: number, field: number, before: number): Uint8Array {
  const distance = field - before;
  if (distance > 0 && distance <= 15) return Buffer.from([(distance << 4) | type]);
  return Buffer.concat([Buffer.from([type]), varint(field * 2)]);
}

function varint(value: number): Uint8Array {
  const bytes = new GrowableBytes(8);
  bytes.varint(value);
  return bytes.bytes.subarray(0, bytes.length);
}
