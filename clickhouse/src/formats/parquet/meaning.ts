import { z } from 'zod';
import type { ThriftStruct } from './thrift-compact.ts';

/** What the bytes of a leaf are besides what the engine takes them for. */
export const leafMeaning = z.enum([
  /** Twelve bytes: nanoseconds of a day and its Julian number. */
  'int96',
  /** Days since 1970-01-01. */
  'date',
  /** A time of no day. */
  'time',
  /** A timestamp of no zone. */
  'local_timestamp',
  /** Well-known binary of a shape. */
  'wkb',
]);

export type LeafMeaning = z.infer<typeof leafMeaning>;

/** Numbers of the format: physical types, and members of the logical type. */
const physical = { int96: 3 } as const;
const logical = { time: 7, timestamp: 8, geometry: 17, geography: 18 } as const;
const converted = { time_millis: 7, time_micros: 8 } as const;
const typeField = 1;
const convertedField = 6;

/** The field of an element that holds its logical type. */
export const logicalField = 10;

/** Whether the engine refuses a file for what it says of a leaf, which are shapes as bytes. */
export function isShape(element: ThriftStruct): boolean {
  const type = element.struct(logicalField);
  return type?.struct(logical.geometry) !== undefined || type?.struct(logical.geography) !== undefined;
}

/** What a leaf means; null where the engine's type says it all. */
export function meaningOf(element: ThriftStruct, engine_type: string): LeafMeaning | null {
  const type = element.struct(logicalField);
  if (isShape(element)) return 'wkb';
  if (element.int(typeField) === physical.int96) return 'int96';
  if (/^(?:Nullable\()?Date32\b/.test(engine_type)) return 'date';
  if (/^(?:Nullable\()?DateTime64\(/.test(engine_type)) {
    const older = element.int(convertedField);
    const isTime = older === converted.time_millis || older === converted.time_micros;
    if (type?.struct(logical.time) !== undefined || (isTime && type === undefined)) return 'time';
    return type?.struct(logical.timestamp)?.bool(1) === false ? 'local_timestamp' : null;
  }
  return null;
}
