import type { IngestResult } from '@assay/api';
import { printable } from '../table.ts';

const anomaliesShown = 10;

/** What became of a file, for a person: the verdict first, then what is wrong, then where to look. */
export function describeResult(result: IngestResult, known: { duplicate: boolean }): string {
  const verdict = result.verdict === '' ? result.state : result.verdict;
  const counts = `${grouped(result.rows)} rows, ${grouped(result.rejects)} rejects`;
  const again = known.duplicate ? ', the same content as before' : '';
  const anomalies = result.anomalies
    .slice(0, anomaliesShown)
    .map(({ severity, rule_id, finding }) => `  ${severity.padEnd(8)} ${rule_id}: ${printable(finding)}`);
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

function grouped(count: string): string {
  return BigInt(count).toLocaleString('en');
}
