import { z } from 'zod';

const digits = z.string().regex(/^\d+$/, 'write a whole number in digits');

/** What is known of a file beside its rows. Counts are decimal text. */
export const facts = z.strictObject({
  /** Units of the file: rows plus rejects. */
  records: digits,
  rejects: digits,
  /** Keys or headers the file had; null when they are not known. */
  columns_seen: z.array(z.string()).nullable(),
  /** When freshness is judged, ISO: now, or the file's own time for a backfill. */
  judged_at: z.iso.datetime({ offset: true }),
});
export type Facts = z.infer<typeof facts>;
