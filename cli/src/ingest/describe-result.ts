import type { IngestResult } from '@assay/api';
import { printable } from '../table.ts';

const anomaliesShown = 10;

/** What became of a file, for a person: the verdict first, then what is wrong, then where to look. */
export function describeResult(result: IngestResult, known: { duplicate: boolean }): string {
  const verdict = result.verdict === '' ? result.state : result.verdict;
  const counts = `${grouped(result.rows)} rows, ${grouped(result.rejects)} rejects`;
  const again = known.duplicate ? ', the same content as before' : '';
  const anomalies = worstFirst(result)
    .slice(0, anomaliesShown)
    .map(
      ({ verdict: found, severity, rule_id, finding }) =>
        `  ${found.padEnd(5)} ${severity.padEnd(8)} ${rule_id}: ${printable(finding)}`,
    );
  const more = result.anomalies.length - anomaliesShown;
  return [
    `${verdict.padEnd(5)} ${printable(result.file)} (${result.source}): ${counts}${again}`,
    ...(result.reason === '' ? [] : [`  ${result.state}: ${printable(result.reason)}`]),
    ...anomalies,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...result.incidents.map(({ status, url }) => `  incident ${status}: ${url}`),
    `  ${result.url}`,
  ].join('\n');
}

const order = ['error', 'fail', 'warn'];

/** An anomaly has the verdict of its rule's worst result. */
function worstFirst({ anomalies, results }: IngestResult): (IngestResult['anomalies'][number] & { verdict: string })[] {
  const verdictOf = (rule_id: string) =>
    order.find((verdict) => results.some((result) => result.rule_id === rule_id && result.verdict === verdict)) ?? '';
  return anomalies
    .map((anomaly) => ({ ...anomaly, verdict: verdictOf(anomaly.rule_id) }))
    .sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
}

function grouped(count: string): string {
  return BigInt(count).toLocaleString('en');
}
