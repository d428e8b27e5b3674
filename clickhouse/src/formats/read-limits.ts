import { z } from 'zod';

const MiB = 1024 * 1024;

/**
 * How much one file may cost before it is refused. Counted by the readers themselves, while reading.
 * A source may set its own; what it does not set has these defaults.
 */
export const byteLimits = z.object({
  /** Bytes of the file as it lies in the inbox. */
  bytes_in_max: z
    .number()
    .int()
    .positive()
    .default(64 * 1024 * MiB),
  /** Bytes after decompression. */
  bytes_out_max: z
    .number()
    .int()
    .positive()
    .default(256 * 1024 * MiB),
  /** Decompressed bytes per compressed byte. */
  ratio_max: z.number().positive().default(100),
  /** Decompressed bytes up to which no ratio is judged: a small, very regular file is no bomb. */
  ratio_from_bytes: z
    .number()
    .int()
    .nonnegative()
    .default(64 * MiB),
});

export type ByteLimits = z.infer<typeof byteLimits>;
