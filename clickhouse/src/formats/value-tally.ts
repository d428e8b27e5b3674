/**
 * The strict forms a value can be written in. Each value has exactly one; a column's inferred type is the narrowest one that takes
 * all the forms seen in it.
 */
export const valueForms = [
  'bool',
  'int64',
  'int128',
  'int256',
  'point',
  'exponent',
  'odd_number',
  'date',
  'timestamp_t',
  'timestamp_t_z',
  'timestamp_t_offset',
  'timestamp_t_short_offset',
  'timestamp_space',
  'timestamp_space_z',
  'timestamp_space_offset',
  'timestamp_space_short_offset',
  'string',
  'nested',
] as const;

export type ValueForm = (typeof valueForms)[number];

/** What a number of values looked like: plain data, it travels between threads. Nulls are not values. */
export interface ValueTally {
  readonly counts: Record<ValueForm, number>;
  /** Most digits before the point, among `int64` to `point`. */
  integer_digits: number;
  /** Most digits behind the point, among `point`. */
  scale: number;
  /** Most digits of a fraction of a second, among timestamps. */
  second_digits: number;
}

/** The tally of a column before its first value. */
export function emptyTally(): ValueTally {
  return {
    counts: {
      bool: 0,
      int64: 0,
      int128: 0,
      int256: 0,
      point: 0,
      exponent: 0,
      odd_number: 0,
      date: 0,
      timestamp_t: 0,
      timestamp_t_z: 0,
      timestamp_t_offset: 0,
      timestamp_t_short_offset: 0,
      timestamp_space: 0,
      timestamp_space_z: 0,
      timestamp_space_offset: 0,
      timestamp_space_short_offset: 0,
      string: 0,
      nested: 0,
    },
    integer_digits: 0,
    scale: 0,
    second_digits: 0,
  };
}

/** Adds what `other` saw to `tally`. */
export function mergeTally(tally: ValueTally, other: ValueTally): void {
  for (const form of valueForms) tally.counts[form] += other.counts[form];
  tally.integer_digits = Math.max(tally.integer_digits, other.integer_digits);
  tally.scale = Math.max(tally.scale, other.scale);
  tally.second_digits = Math.max(tally.second_digits, other.second_digits);
}

/** How many values the tally holds. */
export function tallied(tally: ValueTally): number {
  let sum = 0;
  for (const form of valueForms) sum += tally.counts[form];
  return sum;
}
