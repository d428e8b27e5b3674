import type { Load, Result } from '#lib/api.ts';
import { formatCount, plural } from '../format.ts';
import { dayOf } from '../time.ts';
import { isUnderWay } from './load-state.ts';

type Judged = Pick<Load, 'state' | 'verdict' | 'reason' | 'rows' | 'rejects' | 'damage' | 'expired'>;

/** Whether the file can be trusted, in one sentence that stands before everything else on its page. */
export function verdictSentence(load: Judged, results: readonly Pick<Result, 'rule_id' | 'verdict'>[]): string {
  if (isUnderWay(load.state)) return 'The verdict comes when every row is read and every rule has answered.';
  switch (load.state) {
    case 'refused':
      return `This file was refused, nothing of it was loaded: ${load.reason}`;
    case 'withdrawn':
      return load.damage === ''
        ? `This file was withdrawn and counts nowhere: ${load.reason}`
        : `This file was withdrawn and counts nowhere (${load.reason}). ${load.damage}`;
    case 'expired':
      return `The rows of this file expired on ${dayOf(load.expired.rows ?? '')}; its results are kept.`;
    default:
      return load.damage === '' ? judgement(load, results) : `Nothing reads this file for now. ${load.damage}`;
  }
}

function judgement(load: Judged, results: readonly Pick<Result, 'rule_id' | 'verdict'>[]): string {
  const rules = new Set(results.map(({ rule_id }) => rule_id)).size;
  const withVerdict = (verdict: string) =>
    new Set(results.filter((result) => result.verdict === verdict).map(({ rule_id }) => rule_id)).size;
  if (load.state === 'partial') return 'Only part of this file could be read, so it cannot be trusted as a whole.';
  switch (load.verdict) {
    case 'pass':
      return rules === 0
        ? `Not checked: no rules yet. ${plural(load.rows, 'row')} were read and measured.`
        : `This file can be trusted: ${rules === 1 ? 'its rule holds' : `all ${formatCount(rules)} rules hold`} on ${plural(load.rows, 'row')}.`;
    case 'warn':
      return `Use this file with care: ${ofRules(withVerdict('warn'), rules)} warned.`;
    case 'fail':
      return `Do not trust this file: ${ofRules(withVerdict('fail'), rules)} failed.`;
    case 'error':
      return `It is not known whether this file can be trusted: ${ofRules(withVerdict('error'), rules)} could not be evaluated.`;
    case '':
      return 'This file has not been judged.';
  }
}

function ofRules(count: number, rules: number): string {
  return `${formatCount(count)} of ${plural(rules, 'rule')}`;
}
