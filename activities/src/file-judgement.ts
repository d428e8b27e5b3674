import type { LoadFileResult } from '@assay/workflows';
import type { Judgement } from './judgements.ts';

/** The `rule_id` under which a file that cannot be read has its incident; no rule can have it. */
export const fileRule = '*file*';

/**
 * Whether the file could be read at all, as one more judgement: a file that cannot opens an incident, and the next one that can clears it.
 * A file without a record does neither: it may be all that a broken sender still sends.
 */
export function fileJudgement(loaded: LoadFileResult): Judgement {
  return {
    rule_id: fileRule,
    segment: '',
    kind: 'file',
    ...readingOf(loaded),
    severity: 'high',
    anomaly_id: '0',
    rows_failed: '0',
  };
}

/** Whether there is anything in a file that a rule could judge, be it a reject. */
export function hasRecords(loaded: LoadFileResult): boolean {
  return loaded.outcome !== 'refused' && loaded.chunks.some(({ rows, rejects }) => rows !== '0' || rejects !== '0');
}

function readingOf(loaded: LoadFileResult): Pick<Judgement, 'verdict' | 'finding'> {
  if (loaded.outcome !== 'loaded') {
    return { verdict: 'fail', finding: `The file is ${loaded.outcome}: ${loaded.reason}` };
  }
  if (hasRecords(loaded)) return { verdict: 'pass', finding: 'The file could be read to its end.' };
  return { verdict: 'error', finding: 'The file has no record, so it does not show that files can be read again.' };
}
