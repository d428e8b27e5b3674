import type { IngestResult } from '@assay/api';
import { counted } from '../plural.ts';
import { printable } from '../table.ts';
import type { KnownOfLoad } from './known-of-load.ts';

const anomaliesShown = 10;

/** What became of a file, for a person: the verdict first, then what is wrong, then where to look. */
export function describeResult(result: IngestResult, known: KnownOfLoad & { duplicate: boolean }): string {
  const verdict = result.verdict === '' ? result.state : result.verdict;
  const counts = `${counted(result.rows, 'row')}, ${counted(result.rejects, 'reject')}`;
  const again = known.duplicate ? ', the same content as before' : '';
  const anomalies = worstFirst(result, known.places)
    .slice(0, anomaliesShown)
    .map(
      ({ verdict: found, severity, rule_id, place, finding }) =>
        `  ${found.padEnd(5)} ${severity.padEnd(8)} ${rule_id}${printable(place)}: ${printable(finding)}`,
    );
  const more = result.anomalies.length - anomaliesShown;
  const judged = `${verdict.padEnd(5)} ${printable(result.file)} (${result.source}): ${counts}${again}`;
  return [
    ...leading(result, known),
    known.damage === '' && result.state !== 'withdrawn' ? judged : `  before: ${judged}`,
    ...(result.reason === '' || result.reason === known.damage || result.state === 'withdrawn'
      ? []
      : [`  ${result.state}: ${printable(result.reason)}`]),
    ...rejectLines(result, known),
    ...anomalies,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...result.incidents.map(
      ({ incident_id, status, url }) => `  incident ${known.incidents.get(incident_id) ?? status}: ${url}`,
    ),
    `  ${result.url}`,
  ].join('\n');
}

/** What counts more than the verdict there once was. */
function leading({ load_id, file, source, state, reason }: IngestResult, { damage }: KnownOfLoad): string[] {
  const name = `${printable(file)} (${source})`;
  const because = reason === '' ? '' : ` (${printable(reason)})`;
  return [
    ...(damage === '' ? [] : [`damaged ${name}: ${printable(damage)}`]),
    ...(state === 'withdrawn'
      ? [`withdrawn ${name}: no view has its rows${because}; \`assay loads restore ${load_id}\` brings it back.`]
      : []),
  ];
}

function rejectLines({ url }: IngestResult, { reject_reasons }: KnownOfLoad): string[] {
  if (reject_reasons.length === 0) return [];
  const lines = reject_reasons.map(({ code, records, line, reason }) => {
    const said = reason === '' ? '' : `: ${printable(reason)}`;
    const first = records === '1' ? `in line ${line}` : `first in line ${line}`;
    return `  ${counted(records, 'reject')}, ${code.replaceAll('_', ' ')}, ${first}${said}`;
  });
  return [...lines, `  all rejects: ${url}?tab=rejects`];
}

const order = ['error', 'fail', 'warn'];

type Told = IngestResult['anomalies'][number] & { readonly verdict: string; readonly place: string };

/** An anomaly has the verdict of its rule's result in the same segment and window, the worst where that is not known. */
function worstFirst({ anomalies, results }: IngestResult, places: KnownOfLoad['places']): Told[] {
  return anomalies
    .map((anomaly): Told => {
      const at = places.get(anomaly.anomaly_id);
      const own = results.filter(
        ({ rule_id, segment, window }) =>
          rule_id === anomaly.rule_id && (at === undefined || (segment === at.segment && window === at.window)),
      );
      const verdict = order.find((known) => own.some((result) => result.verdict === known)) ?? '';
      return { ...anomaly, verdict, place: placeText(at) };
    })
    .sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
}

function placeText(at: { readonly segment: string; readonly window: string } | undefined): string {
  const parts = [at?.segment ?? '', at === undefined || at.window === '' ? '' : `from ${at.window}`];
  const told = parts.filter((part) => part !== '').join(', ');
  return told === '' ? '' : ` [${told}]`;
}
