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

/** What a Parquet file may cost the process that opens it, besides its bytes. */
export const parquetLimits = z.object({
  rows_max: z.number().int().positive().default(1_000_000_000),
  columns_max: z.number().int().positive().default(10_000),
  /** Bytes of the rows as text per byte of the file; judged from `ratio_from_bytes` on. Equal values are stored once, so this is far more than for gzip. */
  ratio_max: z.number().positive().default(1000),
  ratio_from_bytes: z
    .number()
    .int()
    .nonnegative()
    .default(1024 * MiB),
  /** Memory the process may ask for at all, on top of what it has when it stands ready. */
  address_space_bytes_max: z
    .number()
    .int()
    .positive()
    .default(3 * 1024 * MiB),
  /** Memory one statement may use, as the engine counts it. */
  memory_bytes_max: z
    .number()
    .int()
    .positive()
    .default(1024 * MiB),
  /**
   * Bytes it may keep on disk to tell null lists, maps and structs from empty ones: for each part of a column that is null somewhere, one for
   * each row, or for each item and each list around it.
   */
  scratch_bytes_max: z
    .number()
    .int()
    .nonnegative()
    .default(4 * 1024 * MiB),
  cpu_seconds_max: z.number().positive().default(900),
  /** Time without any progress. */
  stall_seconds_max: z.number().positive().default(300),
});

export type ParquetLimits = z.infer<typeof parquetLimits>;
