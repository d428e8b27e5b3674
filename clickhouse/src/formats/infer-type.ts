import type { ColumnType } from '@assay/rules';
import type { PlannedColumn, TextLayout } from './define.ts';
import { tallied, valueForms } from './value-tally.ts';
import type { ValueForm, ValueTally } from './value-tally.ts';

/** What a column is read as. */
export type ColumnGuess = Omit<PlannedColumn, 'name' | 'number'>;

/** A column that has no physical column yet. */
export type NewColumn = Omit<PlannedColumn, 'number'>;

/** A strict type and the forms of values it takes. */
interface Candidate {
  readonly guess: ColumnGuess;
  readonly forms: readonly ValueForm[];
}

/** Share of the values that must fit a strict type for it to be tried on the whole file, and for its misfits to be a finding. */
const triedShare = 0.9;
const nearlyAllShare = 0.99;

/** Digits a Decimal holds at most when nobody declared it. */
const decimalDigits_max = 38;

const timestampForms = valueForms.filter((form) => form.startsWith('timestamp_'));

/** The narrowest type that takes every value of the tally, each value unharmed. */
export function inferType(tally: ValueTally, format: TextLayout['format']): ColumnGuess {
  const values = tallied(tally);
  if (values === 0) return { type: { kind: format === 'jsonl' ? 'json' : 'string' } };
  const all = candidates(tally).find((candidate) => fits(candidate, tally) === values);
  return all?.guess ?? textGuess(tally, format);
}

/** The type worth trying on the whole file after a look at samples: strict as soon as most values fit. */
export function guessType(sample: ValueTally, format: TextLayout['format']): ColumnGuess {
  const inferred = inferType(sample, format);
  if (isStrict(inferred.type)) return inferred;
  return best(sample, triedShare)?.guess ?? inferred;
}

/** A strict type that nearly all values of a text column fit: what the odd ones are is worth a finding. */
export interface NearMiss {
  readonly guess: ColumnGuess;
  readonly fits: number;
  readonly misfits: number;
}

/** The strict type that at least 99 % but not all of the values fit. */
export function nearMiss(tally: ValueTally): NearMiss | undefined {
  const values = tallied(tally);
  const candidate = best(tally, nearlyAllShare);
  if (candidate === undefined) return undefined;
  const fitting = fits(candidate, tally);
  return fitting === values ? undefined : { guess: candidate.guess, fits: fitting, misfits: values - fitting };
}

/** Adds `values` values that all fit `guess` to the tally, under the widest form that the guess takes. */
export function addFitting(tally: ValueTally, guess: ColumnGuess, values: number): void {
  if (values === 0) return;
  const form = formOf(guess);
  tally.counts[form] += values;
  const { type } = guess;
  if (type.kind === 'int')
    tally.integer_digits = Math.max(tally.integer_digits, type.bits === 64 ? 19 : type.bits === 128 ? 39 : 78);
  if (type.kind === 'decimal') {
    // How many digits the values really had is not known: assume they leave room for the scale, the next reading tells.
    tally.scale = Math.max(tally.scale, type.scale);
    tally.integer_digits = Math.max(
      tally.integer_digits,
      Math.min(type.precision - type.scale, decimalDigits_max - tally.scale),
    );
  }
  if (type.kind === 'timestamp') tally.second_digits = Math.max(tally.second_digits, type.precision);
}

function formOf(guess: ColumnGuess): ValueForm {
  const { type } = guess;
  switch (type.kind) {
    case 'bool':
      return 'bool';
    case 'int':
      return type.bits === 64 ? 'int64' : type.bits === 128 ? 'int128' : 'int256';
    case 'decimal':
      return 'point';
    case 'float':
      return 'exponent';
    case 'date':
      return 'date';
    case 'timestamp':
      return timestampForms.find((form) => form === guess.timestamp_format) ?? 'string';
    case 'string':
      return 'string';
    case 'json':
      return 'nested';
  }
}

/** From narrow to wide. */
function candidates(tally: ValueTally): Candidate[] {
  const integers: Candidate[] = [
    { guess: integer(64), forms: ['int64'] },
    { guess: integer(128), forms: ['int64', 'int128'] },
    { guess: integer(256), forms: ['int64', 'int128', 'int256'] },
  ];
  const digits = tally.integer_digits + tally.scale;
  const decimal: Candidate = {
    guess: { type: { kind: 'decimal', precision: digits <= 18 ? 18 : decimalDigits_max, scale: tally.scale } },
    forms: ['int64', 'int128', 'point'],
  };
  return [
    { guess: { type: { kind: 'bool' } }, forms: ['bool'] },
    ...integers,
    ...(tally.counts.point > 0 && digits <= decimalDigits_max ? [decimal] : []),
    { guess: { type: { kind: 'float', bits: 64 } }, forms: ['exponent'] },
    { guess: { type: { kind: 'date' } }, forms: ['date'] },
    ...timestampForms.map((form) => timestamp(form, tally)),
  ];
}

function integer(bits: 64 | 128 | 256): ColumnGuess {
  return { type: { kind: 'int', bits, signed: true } };
}

/** Values without an offset are taken as UTC, and the type says so; values with one say themselves. */
function timestamp(form: ValueForm, tally: ValueTally): Candidate {
  const precision = Math.min(9, Math.ceil(tally.second_digits / 3) * 3);
  const zone = form === 'timestamp_t' || form === 'timestamp_space' ? 'UTC' : null;
  return { guess: { type: { kind: 'timestamp', precision, zone }, timestamp_format: form }, forms: [form] };
}

function fits(candidate: Candidate, tally: ValueTally): number {
  return candidate.forms.reduce((sum, form) => sum + tally.counts[form], 0);
}

function best(tally: ValueTally, share: number): Candidate | undefined {
  const needed = tallied(tally) * share;
  let winner: Candidate | undefined;
  for (const candidate of candidates(tally)) {
    const fitting = fits(candidate, tally);
    if (fitting > 0 && fitting >= needed && (winner === undefined || fitting > fits(winner, tally))) winner = candidate;
  }
  return winner;
}

function textGuess(tally: ValueTally, format: TextLayout['format']): ColumnGuess {
  if (format === 'csv') return { type: { kind: 'string' } };
  const { string, date } = tally.counts;
  const strings = timestampForms.reduce((sum, form) => sum + tally.counts[form], string + date);
  return { type: { kind: strings === tallied(tally) ? 'string' : 'json' } };
}

function isStrict(type: ColumnType): boolean {
  return type.kind !== 'string' && type.kind !== 'json';
}
