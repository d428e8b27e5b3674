import type { LoadFileResult } from '@assay/workflows';
import type { Judgement } from './judgements.ts';

/** The `rule_id` under which a file that cannot be read has its incident; no rule can have it. */
export const fileRule = '*file*';

/** Whether the file could be read at all, as one more judgement: it opens an incident and is cleared by the next file that can. */
export function fileJudgement(loaded: LoadFileResult): Judgement {
  const readable = loaded.outcome === 'loaded';
  return {
    rule_id: fileRule,
    segment: '',
    kind: 'file',
    verdict: readable ? 'pass' : 'fail',
    severity: 'high',
    anomaly_id: '0',
    finding: readable ? 'The file could be read to its end.' : `The file is ${loaded.outcome}: ${loaded.reason}`,
    rows_failed: '0',
  };
}
