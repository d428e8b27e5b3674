import type { IngestResult } from '@assay/api';

/** 0 pass, 1 fail, 2 warn, 3 error, refused or partial; 3 also for what nothing reads: damaged, withdrawn, or held though it does not fail. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What the help of a command says of its exit code. */
export const exitCodesTold =
  'Exit code: 0 pass, 1 fail, 2 warn, 3 error, refused, partial, held, damaged or withdrawn.';

const verdicts: Readonly<Record<IngestResult['verdict'], ExitCode>> = { '': 3, pass: 0, fail: 1, warn: 2, error: 3 };
const fromBad: readonly ExitCode[] = [3, 1, 2, 0];

const unread: ReadonlySet<IngestResult['state']> = new Set(['refused', 'partial', 'withdrawn']);

/** The exit code of a load; one that is damaged, is held although it does not fail, was withdrawn or not read to its end is an error. */
export function exitCodeOf(result: Pick<IngestResult, 'state' | 'verdict'>, { damage }: { damage: string }): ExitCode {
  const verdict = verdicts[result.verdict];
  if (result.state === 'held' && verdict !== 1) return 3;
  return unread.has(result.state) || damage !== '' ? 3 : verdict;
}

/** The worst of several: error, then fail, then warn. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return fromBad.find((code) => codes.includes(code)) ?? 0;
}
