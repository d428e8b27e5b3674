import {
  anomaliesOfCheck,
  openIncidents,
  resultsOfCheck,
  type Load,
  type Publication,
  type Querier,
} from '@assay/clickhouse';
import { stormRule, type LoadDecided } from '@assay/workflows';
import { fileRule } from '../file-judgement.ts';
import { judgements, type Judgement } from '../judgements.ts';
import { storedSource } from '../read-source.ts';
import { sourceSettings } from '../source-settings.ts';
import type { IncidentDeps } from './incident-deps.ts';
import { raiseJudgements } from './raise-judgements.ts';
import { tellIncident } from './reach-incident.ts';
import { stormAbove } from './storm.ts';

/** A decision about a load, before its row says so. */
export interface DecidedLoad {
  readonly load: Load;
  readonly to: Publication;
  readonly decision_no: number;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Tells the incidents that heard of a load that it was withdrawn, or brought back: a load that does not count keeps no incident open. One
 * that is over by then cannot hear that its load fails again, so a new one is opened. Safe to repeat until the row of the load is written.
 */
export async function tellDecision(deps: IncidentDeps, db: Querier, decided: DecidedLoad): Promise<void> {
  const { load, to, decision_no, actor, reason } = decided;
  const withdrawn = to === 'withdrawn';
  const undone = load.state === 'withdrawn' && (to === 'published' || to === 'held');
  if (load.backfill || (!withdrawn && !undone)) return;
  const spoken = await spokenOf(db, load);
  const silent = spoken.filter(({ verdict }) => verdict === 'fail').length > stormAbove;
  const message: LoadDecided = {
    load_id: load.load_id,
    file: load.file,
    decision_no,
    withdrawn,
    silent: false,
    actor,
    reason,
  };
  const { source_id, source } = load;
  const key = { tenant: db.tenant, source_id, source };
  // Whether the file was damaged or part of a storm, its row no longer tells.
  for (const rule_id of [stormRule, fileRule])
    await tellIncident(deps, { ...key, rule_id, segment: '' }, { signal: 'decided', message });
  const unheard: Judgement[] = [];
  for (const judgement of spoken) {
    const { rule_id, segment } = judgement;
    const told = { signal: 'decided', message: { ...message, silent } } as const;
    const heard = await tellIncident(deps, { ...key, rule_id, segment }, told);
    if (!heard && judgement.verdict === 'fail') unheard.push(judgement);
  }
  if (undone && unheard.length > 0) await openAnew(deps, { db, load, judgements: unheard });
}

/** What the check in force said of a load that incidents may have heard: what did not pass, and what passed where one is open. */
async function spokenOf(db: Querier, load: Load): Promise<Judgement[]> {
  const { source_id, load_id, check_id } = load;
  const [results, anomalies, open] = await Promise.all([
    check_id === '0' ? [] : resultsOfCheck(db, load_id, check_id),
    check_id === '0' ? [] : anomaliesOfCheck(db, load_id, check_id),
    openIncidents(db, source_id),
  ]);
  const waiting = new Set(open.map(({ rule_id, segment }) => JSON.stringify([rule_id, segment])));
  return judgements(results, anomalies).filter(
    ({ rule_id, segment, verdict }) => verdict === 'fail' || waiting.has(JSON.stringify([rule_id, segment])),
  );
}

async function openAnew(
  deps: IncidentDeps,
  { db, load, judgements }: { db: Querier; load: Load; judgements: readonly Judgement[] },
): Promise<void> {
  const source = await storedSource(db, load.source);
  const { load_id, source_id, file, received_at, check_id } = load;
  await raiseJudgements(deps, {
    load: { tenant: db.tenant, source_id, source: load.source, load_id, file, received_at },
    check_id: check_id === '0' ? load_id : check_id,
    labels: source === null ? {} : sourceSettings(source).document.labels,
    judgements,
    waiting: [],
  });
}
