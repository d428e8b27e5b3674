import type { Load, Severity, Verdict } from '#lib/api.ts';

/** How a word is shown: never by colour alone, always a shape and the word. */
export interface Mark {
  readonly word: string;
  readonly tone: 'pass' | 'warn' | 'fail' | 'error' | 'none';
  /** On a 16 × 16 grid: a filled ground and the sign upon it. */
  readonly ground: string;
  readonly sign: string;
}

const circle = 'M8 1.500a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13Z';
const triangle =
  'M8 1.400c.5 0 .9.25 1.150.65l5.600 10.200c.5.900-.150 1.950-1.150 1.950H2.400c-1 0-1.650-1.050-1.150-1.950l5.600-10.200c.25-.4.65-.65 1.150-.65Z';
const octagon = 'M5.400 1.500h5.200l3.900 3.900v5.200l-3.900 3.900H5.400l-3.900-3.900V5.400Z';
const diamond = 'M8 .9 15.100 8 8 15.100.9 8Z';

export const verdictMarks: Readonly<Record<Verdict | '', Mark>> = {
  pass: { word: 'Pass', tone: 'pass', ground: circle, sign: 'm5.200 8.200 2 2 3.700-4' },
  warn: { word: 'Warn', tone: 'warn', ground: triangle, sign: 'M8 6v3.200m0 2.200v.05' },
  fail: { word: 'Fail', tone: 'fail', ground: octagon, sign: 'm5.750 5.750 4.500 4.500m0-4.500-4.500 4.500' },
  error: { word: 'Error', tone: 'error', ground: diamond, sign: 'M8 4.800v3.700m0 2.200v.05' },
  skipped: { word: 'Skipped', tone: 'none', ground: circle, sign: 'M5.250 8h5.500' },
  no_data: { word: 'No data', tone: 'none', ground: circle, sign: 'M5.500 8h.05M8 8h.05m2.450 0h.05' },
  '': { word: 'Not judged', tone: 'none', ground: circle, sign: '' },
};

export const severityMarks: Readonly<Record<Severity, Mark>> = {
  critical: { word: 'Critical', tone: 'fail', ground: octagon, sign: 'M8 4.600v4m0 2.300v.05' },
  high: { word: 'High', tone: 'fail', ground: triangle, sign: 'M8 6v3.200m0 2.200v.05' },
  medium: { word: 'Medium', tone: 'warn', ground: diamond, sign: 'M8 5v3.500m0 2.200v.05' },
  low: { word: 'Low', tone: 'none', ground: circle, sign: 'm5.200 7 2.800 2.800L10.800 7' },
  info: { word: 'Info', tone: 'none', ground: circle, sign: 'M8 7.500v3.500M8 5.100v.05' },
};

/** What a load is doing when it has no verdict to show. */
export const stateWords: Readonly<Record<Load['state'], string>> = {
  received: 'Received',
  loading: 'Loading',
  committed: 'Committed',
  checking: 'Checking',
  loaded: 'Loaded',
  partial: 'Partial',
  held: 'Held',
  refused: 'Refused',
  withdrawn: 'Withdrawn',
  expired: 'Expired',
};
