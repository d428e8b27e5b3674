import type { SplitRecord } from './split.ts';

/** In the order of preference where nothing else decides. */
const candidates = [',', ';', '\t', '|'] as const;

interface Trial {
  readonly delimiter: string;
  /** Fields of the header. */
  readonly fields: number;
  /** Share of the other records with as many fields, in tenths: a stray line more or less decides nothing. */
  readonly agreement: number;
  /** Header fields that begin with a blank: a comma in a sentence looks like that. */
  readonly blanks: number;
}

/**
 * The delimiter under which most records have as many fields as the header, and more than one. A comma when none
 * divides anything.
 */
export function sniffDelimiter(split: (delimiter: string) => readonly SplitRecord[]): string {
  const trials = candidates.map((delimiter) => trial(delimiter, split(delimiter))).filter(({ fields }) => fields > 1);
  const best = trials.sort((a, b) => b.agreement - a.agreement || a.blanks - b.blanks || b.fields - a.fields)[0];
  return best?.delimiter ?? ',';
}

function trial(delimiter: string, [first, ...others]: readonly SplitRecord[]): Trial {
  const header = first?.fields ?? [];
  const agreeing = others.filter(({ fields }) => fields?.length === header.length).length;
  return {
    delimiter,
    fields: header.length,
    agreement: others.length === 0 ? 10 : Math.round((agreeing / others.length) * 10),
    blanks: header.filter((text) => text.startsWith(' ')).length,
  };
}
