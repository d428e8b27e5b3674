import { damagedCommits, type Commit, type Load, type Publication, type Querier } from '@assay/clickhouse';
import { damageRule, type ClearedFor, type DamageStorm, type IncidentKey, type LoadJudged } from '@assay/workflows';
import { storedSource } from '../read-source.ts';
import { sourceSettings } from '../source-settings.ts';
import type { IncidentDeps } from './incident-deps.ts';
import { raiseIncident, tellIncident } from './reach-incident.ts';

/** What stands of a load after a decision about it, before its row says so. */
export interface DecidedDamage {
  readonly load: Load;
  /** As the decision wrote it: its state, and what is missing of its rows. */
  readonly commit: Pick<Commit, 'source_id' | 'state' | 'damage'>;
  readonly decision_no: number;
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly reason: string;
  /** Its rows were counted, it was read from its file again, or somebody decided about it. */
  readonly cause: 'counted' | 'reloaded' | 'decided';
  readonly storm: DamageStorm | null;
}

/**
 * Opens the incident of a load of which rows are missing, or ends it: when they are back, or when nobody would read them any more. More
 * loads than people can read about speak through one incident, which ends with the last of them. A backfilled load is told, too: its file
 * is history, that its rows are gone is not. Safe to repeat until the row of the load is written.
 */
export async function tellDamage(deps: IncidentDeps, db: Querier, decided: DecidedDamage): Promise<void> {
  const { commit, cause } = decided;
  const isDamaged = commit.damage !== '';
  if (isDamaged && isRead(commit.state)) await raise(deps, db, decided);
  // What is found missing of a withdrawn load is no news to its incident.
  else if (!isDamaged || cause === 'decided') await clear(deps, db, decided);
}

/** Whether anybody would read it, were it whole. */
function isRead(state: Publication): boolean {
  return state !== 'withdrawn' && state !== 'expired';
}

async function raise(deps: IncidentDeps, db: Querier, decided: DecidedDamage): Promise<void> {
  const { load, commit, decision_no, at, storm } = decided;
  const source = await storedSource(db, load.source);
  const labels = source === null ? {} : sourceSettings(source).document.labels;
  const judged: LoadJudged = {
    load_id: load.load_id,
    check_id: String(decision_no),
    verdict: 'fail',
    severity: 'high',
    kind: 'damage',
    anomaly_id: '0',
    finding: commit.damage,
    file: load.file,
    rows_failed: '0',
    received_at: at,
    silent: storm !== null,
  };
  if (storm !== null) {
    const { storm_id: check_id, load_id, file } = storm;
    const all = { ...judged, check_id, load_id, file, finding: stormFinding(load.source, storm), silent: false };
    await raiseIncident(deps, { key: keyOf(db, load, ''), labels, judged: all });
  }
  await raiseIncident(deps, { key: keyOf(db, load, load.load_id), labels, judged });
}

function stormFinding(source: string, { loads, file }: DamageStorm): string {
  const all = `The store lost part of ${String(loads)} loads of ${source}, ${file} the newest of them.`;
  return `${all} They are held until they are loaded again; each has an incident of its own that says what is missing.`;
}

async function clear(deps: IncidentDeps, db: Querier, decided: DecidedDamage): Promise<void> {
  const { load, decision_no } = decided;
  const message = { load_id: load.load_id, decision_no, ...endOf(decided) };
  await tellIncident(deps, keyOf(db, load, load.load_id), { signal: 'cleared', message });
  const left = (await damagedCommits(db, load.source_id)).filter((load_id) => load_id !== load.load_id);
  if (left.length > 0) return;
  const last = `${message.message} No other load of ${load.source} is damaged.`;
  await tellIncident(deps, keyOf(db, load, ''), { signal: 'cleared', message: { ...message, message: last } });
}

function endOf({ load, commit, actor, reason, cause }: DecidedDamage): { reason: ClearedFor; message: string } {
  const { file } = load;
  if (commit.state === 'expired') {
    return { reason: 'load_expired', message: `the rows of ${file} expired, so none are missing.` };
  }
  if (cause === 'reloaded')
    return { reason: 'load_reloaded', message: `${file} was loaded again, and all its rows are there.` };
  if (commit.damage === '') return { reason: 'rows_returned', message: `the rows of ${file} are all there again.` };
  const because = reason.trim() === '' ? '' : ` (${reason.trim()})`;
  return { reason: 'load_withdrawn', message: `${actor} withdrew ${file}${because}, so nobody reads it.` };
}

function keyOf(db: Querier, { source_id, source }: Load, segment: string): IncidentKey {
  return { tenant: db.tenant, source_id, source, rule_id: damageRule, segment };
}
