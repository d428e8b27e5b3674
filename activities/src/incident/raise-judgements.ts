import { openIncidents } from '@assay/clickhouse';
import {
  incidentMessages,
  stormRule,
  type IncidentKey,
  type IncidentView,
  type LoadIdentity,
  type LoadJudged,
} from '@assay/workflows';
import type { WorkflowHandle } from '@temporalio/client';
import type { Judgement } from '../judgements.ts';
import type { IncidentDeps } from './incident-deps.ts';
import { raiseIncident, tellIncident } from './reach-incident.ts';
import { stormJudged, stormOf, type RuleSegment } from './storm.ts';

/** How many incidents are told at the same time. */
const atOnce = 10;

/** What a check found out, for the incidents of its source. */
export interface Raise {
  readonly load: Pick<LoadIdentity, 'tenant' | 'source_id' | 'source' | 'load_id' | 'file' | 'received_at'>;
  readonly check_id: string;
  /** The labels of the source; they choose the escalation policy. */
  readonly labels: Readonly<Record<string, string>>;
  /** Every judgement of the check, clean ones too. */
  readonly judgements: readonly Judgement[];
  /** Keys that did not pass in the previous check of the source; with the open incidents they are who waits for good news. */
  readonly waiting: readonly RuleSegment[];
  /** What the check has results for, whatever they are; left out when it is not about rules. Open incidents of other segments hear that theirs did not occur. */
  readonly segments?: readonly RuleSegment[];
}

/** An incident that heard of a failure. */
export interface RaisedIncident extends RuleSegment {
  readonly incident_id: string;
  readonly view: IncidentView;
}

export interface Raised {
  readonly raised: readonly RaisedIncident[];
  /** How many open incidents heard that their rule passes. */
  readonly cleared: number;
}

/**
 * Tells incidents about a load: a failure opens one, or reaches the one that is open; anything else only reaches it. Safe to repeat:
 * an incident hears of a check once. More failures than people can read are told by one storm incident, first and aloud.
 */
export async function raiseJudgements(deps: IncidentDeps, raise: Raise): Promise<Raised> {
  const { load, check_id } = raise;
  const db = deps.connection.querier(load.tenant);
  const open = await openIncidents(db, load.source_id);
  const openKeys = new Set(open.map(keyText));
  const waiting = new Set([...openKeys, ...raise.waiting.map(keyText)]);
  // What an attempt before this one opened about the same load still begins with it: the storm of a load is decided once.
  const openBefore = new Set(open.filter(({ first_load_id }) => first_load_id !== load.load_id).map(keyText));
  const storm = stormOf(raise.judgements, (key) => openBefore.has(keyText(key)), load.file);
  const about = { load_id: load.load_id, check_id, file: load.file, received_at: load.received_at };
  const raised: RaisedIncident[] = [];

  deps.reached('incident.raise:before');
  if (storm !== null) {
    const key = keyOf(raise, { rule_id: stormRule, segment: '' });
    if (storm.begins) raised.push(await raiseOne(deps, { raise, key, judged: stormJudged(storm, about) }));
    else await tellOpen(deps, key, stormJudged(storm, about));
  }
  const silent = storm?.verdict === 'fail';
  let cleared = 0;
  await forEachOf(raise.judgements, async (judgement) => {
    const { rule_id, segment, ...verdict } = judgement;
    const key = keyOf(raise, { rule_id, segment });
    const judged: LoadJudged = { ...about, ...verdict, silent };
    if (judgement.verdict === 'fail') {
      raised.push(await raiseOne(deps, { raise, key, judged }));
    } else if (waiting.has(keyText(judgement))) {
      const heard = await tellOpen(deps, key, judged);
      if (heard && judgement.verdict === 'pass') cleared += 1;
    }
  });
  await forEachOf(absentOf(open, raise.segments ?? []), async ({ rule_id, segment }) => {
    const nothing = {
      kind: '',
      severity: 'info',
      anomaly_id: '0',
      finding: '',
      rows_failed: '0',
      silent: false,
    } as const;
    await tellOpen(deps, keyOf(raise, { rule_id, segment }), { ...about, ...nothing, verdict: 'absent' });
  });
  deps.reached('incident.raise:after');
  return { raised, cleared };
}

/** Open incidents of segments that did not occur, of rules that were judged. */
function absentOf<T extends RuleSegment>(open: readonly T[], segments: readonly RuleSegment[]): T[] {
  const rules = new Set(segments.map(({ rule_id }) => rule_id));
  const present = new Set(segments.map(keyText));
  return open.filter((one) => one.segment !== '' && rules.has(one.rule_id) && !present.has(keyText(one)));
}

async function raiseOne(
  deps: IncidentDeps,
  { raise, key, judged }: { raise: Raise; key: IncidentKey; judged: LoadJudged },
): Promise<RaisedIncident> {
  const view = await viewOf(await raiseIncident(deps, { key, labels: raise.labels, judged }));
  return { rule_id: key.rule_id, segment: key.segment, incident_id: view.incident_id, view };
}

/** Answers after the signal before it was taken. */
async function viewOf(handle: WorkflowHandle): Promise<IncidentView> {
  const view = await handle.query<IncidentView | null>(incidentMessages.view);
  if (view === null) throw new Error(`${handle.workflowId} was told of a failure and did not open`);
  return view;
}

function tellOpen(deps: IncidentDeps, key: IncidentKey, message: LoadJudged): Promise<boolean> {
  return tellIncident(deps, key, { signal: 'judged', message });
}

function keyOf({ load }: Raise, { rule_id, segment }: RuleSegment): IncidentKey {
  return { tenant: load.tenant, source_id: load.source_id, source: load.source, rule_id, segment };
}

function keyText({ rule_id, segment }: RuleSegment): string {
  return JSON.stringify([rule_id, segment]);
}

async function forEachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const item of rest) await work(item);
  });
  await Promise.all(workers);
}
