import { z } from 'zod';
import { leafMeaning } from './meaning.ts';

/** What the child is asked to do. */
export const parquetRequest = z.object({
  path: z.string(),
  /** Where the engine may keep what it must. */
  engine_folder: z.string(),
  /** Where the child may keep files of its own. */
  scratch_folder: z.string(),
  /** Named pipe that takes the rows. */
  pipe: z.string(),
  memory_bytes_max: z.number(),
  rows_max: z.number(),
  columns_max: z.number(),
  bytes_out_max: z.number(),
  scratch_bytes_max: z.number(),
  /** Only the earliest values of this column are wanted, and no rows. */
  earliest_of: z.string().nullable(),
});

export type ParquetRequest = z.infer<typeof parquetRequest>;

/** A column of the file as the child found it. */
export const inspectedColumn = z.object({
  name: z.string(),
  engine_type: z.string(),
  meaning: leafMeaning.nullable(),
  /** How many values are no UTF-8; if any, all of the column are written as hexadecimal. */
  hex_values: z.number(),
  /** Whether the file packs its levels in a way that is not known, so that null lists, maps and structs are read as empty. */
  unknown_nulls: z.boolean(),
  /** How many null lists, maps and structs are read as empty because there is no room to remember where they are. */
  untold_nulls: z.number(),
  /** How many keys of maps are null; those maps are written as lists of entries. */
  null_keys: z.number(),
});

export type InspectedColumn = z.infer<typeof inspectedColumn>;

/** What the child tells. */
export const parquetMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('over_limit'), limit: z.string(), found: z.number(), allowed: z.number() }),
  z.object({
    kind: z.literal('inspected'),
    rows: z.number(),
    row_groups: z.number(),
    columns: z.array(inspectedColumn),
  }),
  z.object({ kind: z.literal('earliest'), texts: z.array(z.string()), is_time: z.boolean() }),
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);

export type ParquetMessage = z.infer<typeof parquetMessage>;
