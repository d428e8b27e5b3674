import type { LoadDetail } from '#lib/api.ts';
import { plural } from '../format.ts';

type Anomaly = Pick<
  LoadDetail['anomalies'][number],
  'rule_id' | 'segment' | 'window' | 'verdict' | 'severity' | 'finding' | 'evidence' | 'rows_failed'
>;

/** The worst that one rule found in a load, and where. */
export interface WorstFinding {
  rule_id: string;
  /** Empty for a rule without segments. */
  segment: string;
  /** The segment and the window it is true of, `country=DE, from 2026-11-11T09:00:00Z`; empty for the whole file. */
  part: string;
  text: string;
  /** What else of the file the rule finds fault with, `Also in 4 more windows.`; empty when this is all. */
  elsewhere: string;
  /** What a link to the kept rows says; null when none are kept. */
  rows: string | null;
}

const severities = ['critical', 'high', 'medium', 'low', 'info'];

/** One finding per rule, the worst rule first: a rule that fails in every hour would else hide all the others. */
export function worstFindings(anomalies: readonly Anomaly[]): WorstFinding[] {
  const byRule = Map.groupBy(
    anomalies.toSorted((a, b) => rank(a) - rank(b)),
    ({ rule_id }) => rule_id,
  );
  return [...byRule.values()].map(worstFirst).flatMap(([worst, ...others]) =>
    worst
      ? [
          {
            rule_id: worst.rule_id,
            segment: worst.segment,
            part: [worst.segment, worst.window && `from ${worst.window}`].filter(Boolean).join(', '),
            text: worst.finding,
            elsewhere: elsewhereOf(worst, others),
            rows: rowsOf(worst),
          },
        ]
      : [],
  );
}

/** Of parts that are equally bad, the one with most failed rows. */
function worstFirst(anomalies: readonly Anomaly[]): Anomaly[] {
  return anomalies.toSorted((a, b) => rank(a) - rank(b) || Number(b.rows_failed) - Number(a.rows_failed));
}

function rank({ verdict, severity }: Anomaly): number {
  return (verdict === 'warn' ? severities.length : 0) + severities.indexOf(severity);
}

function elsewhereOf(worst: Anomaly, others: readonly Anomaly[]): string {
  if (others.length === 0) return '';
  const isWindowed = others.some(({ window }) => window !== worst.window);
  const isSegmented = others.some(({ segment }) => segment !== worst.segment);
  const part = isWindowed && isSegmented ? 'more part' : isWindowed ? 'more window' : 'more segment';
  return `Also in ${plural(others.length, part)}.`;
}

function rowsOf({ evidence, rows_failed }: Anomaly): string | null {
  if (evidence === '0') return null;
  const all = plural(rows_failed, 'row');
  return BigInt(evidence) < BigInt(rows_failed) ? `Show some of the ${all}` : `Show the ${all}`;
}
