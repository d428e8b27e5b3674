import type { IngestResult } from '@assay/api';

/** 0 pass, 1 fail, 2 warn, 3 error, refused or partial. */
export type ExitCode = 0 | 1 | 2 | 3;

const verdicts: Readonly<Record<IngestResult['verdict'], ExitCode>> = { '': 3, pass: 0, fail: 1, warn: 2, error: 3 };
const fromBad: readonly ExitCode[] = [3, 1, 2, 0];

export function exitCodeOf(result: Pick<IngestResult, 'state' | 'verdict'>): ExitCode {
  return result.state === 'refused' || result.state === 'partial' ? 3 : verdicts[result.verdict];
}

/** The worst of several: error, then fail, then warn. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return fromBad.find((code) => codes.includes(code)) ?? 0;
}
