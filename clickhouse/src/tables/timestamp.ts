import { z } from 'zod';

/** A moment in UTC as ISO 8601 text, as the engine prints it with `date_time_output_format = 'iso'`. */
export const timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/, 'a timestamp is ISO 8601 in UTC');
export type Timestamp = z.infer<typeof timestamp>;

/** @param now milliseconds since the Unix epoch */
export function timestampOf(now: number): Timestamp {
  return new Date(now).toISOString();
}
