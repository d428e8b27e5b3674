import type { Severity } from '@assay/clickhouse';
import { stormRule, type LoadJudged } from '@assay/workflows';
import { fileRule } from '../file-judgement.ts';
import type { Judgement } from '../judgements.ts';

/** More incidents than this beginning in one load are told as one. */
export const stormAbove = 20;

export type RuleSegment = Pick<Judgement, 'rule_id' | 'segment'>;

/** What a storm incident hears of a load; null when there is no storm and was none. */
export interface Storm {
  readonly verdict: 'fail' | 'pass';
  /** True when it may open the storm incident, not only reach one that is open. */
  readonly begins: boolean;
  readonly severity: Severity;
  readonly finding: string;
  readonly rows_failed: string;
}

const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/**
 * A storm begins when more than `stormAbove` keys begin to fail in one load. It lasts while more than that many fail, and then speaks
 * for the silent ones; with the first load in which fewer fail it resolves, and what still fails speaks for itself. A load that no rule
 * could judge, such as an empty or a refused file, says nothing of it.
 * @param isOpen whether a key had an open incident before this load
 */
export function stormOf(
  judgements: readonly Judgement[],
  isOpen: (key: RuleSegment) => boolean,
  file: string,
): Storm | null {
  const failing = judgements.filter(({ verdict }) => verdict === 'fail');
  const beginning = failing.filter((judgement) => !isOpen(judgement));
  const begins = beginning.length > stormAbove;
  const isRunning = isOpen({ rule_id: stormRule, segment: '' });
  if (!begins && !isRunning) return null;
  const isJudged = judgements.some(({ rule_id, verdict }) => rule_id !== fileRule && verdict !== 'error');
  if (!isJudged) return null;
  const verdict = begins || failing.length > stormAbove ? 'fail' : 'pass';
  const severity = severities.findLast((word) => failing.some((judgement) => judgement.severity === word)) ?? 'info';
  const rules = [...new Set(failing.map(({ rule_id }) => rule_id))];
  const named = rules.slice(0, 5).join(', ');
  const others = rules.length > 5 ? ` and ${String(rules.length - 5)} more rules` : '';
  const finding =
    verdict === 'pass'
      ? `${String(failing.length)} rules and segments fail in ${file}: the storm is over.`
      : `${String(failing.length)} rules and segments fail in ${file}, ${String(beginning.length)} of them for the first time: ${named}${others}.`;
  return { verdict, begins, severity, finding, rows_failed: '0' };
}

/** The signal a storm incident gets. */
export function stormJudged(
  storm: Storm,
  load: Pick<LoadJudged, 'load_id' | 'check_id' | 'file' | 'received_at'>,
): LoadJudged {
  const { verdict, severity, finding, rows_failed } = storm;
  return { ...load, verdict, severity, kind: 'storm', anomaly_id: '0', finding, rows_failed, silent: false };
}
