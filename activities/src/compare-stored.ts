import {
  commitOfLoad,
  commitsOfSource,
  committedTotals,
  countRejects,
  countRows,
  damagedLoads,
  dataTable,
  detachedParts,
  engineStartedAt,
  finalStates,
  hasDataTable,
  loadById,
  newId,
  QueryError,
  storedChunks,
  storedRejectChunks,
  storedTables,
  tenantsWithSources,
  unfinishedLoads,
  type Commit,
  type Querier,
} from '@assay/clickhouse';
import type { DamageStorm } from '@assay/workflows';
import type { ActivityDeps } from './deps.ts';
import { begunStorm, isSameStart } from './incident/begun-storm.ts';
import { stormAbove } from './incident/storm.ts';
import { markDamage, type FoundDamage } from './mark-damage.ts';
import { countedChunks, missingRows, type CountedChunks, type Missing } from './missing-rows.ts';

type ComparisonDeps = Pick<ActivityDeps, 'connection' | 'inbox' | 'temporal' | 'log' | 'now'>;

/**
 * Compares what the engine holds with what is committed, once for every start of the engine: a part that it cannot read is set aside
 * without an error, and its rows are gone. As long as the row counts of the parts agree with the commits nothing is scanned; only sources
 * that differ are counted load by load. A load of which rows are missing is marked damaged and held.
 */
export class StoredComparison {
  readonly #deps: ComparisonDeps;
  readonly #compared_s: number[] = [];
  /** Loads that somebody worked on while their source was counted: counted again by themselves once they are done. */
  readonly #busy = new Map<string, { readonly tenant: string; readonly source_id: string }>();

  /** Sources that differ and are not counted yet, with their tenants: one that cannot be counted is tried again by itself. */
  readonly #uncounted = new Map<string, string>();

  constructor(deps: ComparisonDeps) {
    this.#deps = deps;
  }

  /** @returns how many loads were found damaged, or whole again. Throws what kept a source from being counted, once all others are. */
  async run(): Promise<number> {
    const all = this.#deps.connection.querier('');
    const started_s = await engineStartedAt(all);
    let changed = await this.#lookAtBusy();
    if (!this.#compared_s.some((before_s) => isSameStart(before_s, started_s))) {
      await this.#compare(all);
      this.#compared_s.push(started_s);
    }
    if (this.#uncounted.size > 0) changed += await this.#count(started_s);
    return changed;
  }

  /** Finds the sources that have to be counted. */
  async #compare(all: Querier): Promise<void> {
    const began = performance.now();
    const [tables, detached, tenants] = await Promise.all([
      storedTables(all),
      detachedParts(all),
      tenantsWithSources(all),
    ]);
    const held = new Map(tables.map((stored) => [stored.table, stored]));
    const setAside = new Set(detached.map(({ table }) => table));
    if (detached.length > 0) this.#deps.log.warn({ parts: detached.slice(0, 20) }, 'the engine has set parts aside');

    const totals = await Promise.all(
      tenants.map(async (tenant) => {
        const db = this.#deps.connection.querier(tenant);
        return { db, sources: await committedTotals(db), damaged: await damagedLoads(db) };
      }),
    );
    const rejects = totals.flatMap(({ sources }) => sources).reduce((sum, source) => sum + source.rejects, 0n);
    const agrees = (table: string, rows: bigint) => {
      const stored = held.get(table) ?? { rows: 0n, exact: true };
      return stored.exact && stored.rows === rows && !setAside.has(table);
    };
    const rejectsDiffer = !agrees('rejects', rejects);
    for (const { db, sources, damaged } of totals) {
      const known = new Set(damaged.map((load) => load.source_id));
      for (const source of sources) {
        const isWhole = agrees(dataTable(source.source_id), source.rows);
        if (isWhole && !known.has(source.source_id) && !(rejectsDiffer && source.rejects > 0n)) continue;
        this.#uncounted.set(source.source_id, db.tenant);
      }
    }
    const duration_ms = Math.round(performance.now() - began);
    this.#deps.log.info({ sources_differ: this.#uncounted.size, duration_ms }, 'stored rows were compared');
  }

  async #count(started_s: number): Promise<number> {
    const began = performance.now();
    const failures: unknown[] = [];
    let changed = 0;
    for (const [source_id, tenant] of this.#uncounted) {
      try {
        changed += await this.#countSource(this.#deps.connection.querier(tenant), source_id, started_s);
        this.#uncounted.delete(source_id);
      } catch (error) {
        failures.push(error);
      }
    }
    const duration_ms = Math.round(performance.now() - began);
    const counts = { loads_changed: changed, sources_left: failures.length, duration_ms };
    this.#deps.log.info(counts, 'stored rows were counted');
    if (failures.length === 0) return changed;
    throw new AggregateError(
      failures,
      `${String(failures.length)} ${failures.length === 1 ? 'source' : 'sources'} could not be counted`,
    );
  }

  async #countSource(db: Querier, source_id: string, started_s: number): Promise<number> {
    const busy = new Set((await unfinishedLoads(db)).map((load) => load.load_id));
    const damaged = new Set((await damagedLoads(db)).map((load) => load.load_id));
    // Before the rows are counted: what a load committed by then is there, unless it is lost.
    const commits = await commitsOfSource(db, source_id);
    const stored = await countsOfSource(db, source_id);
    const found: FoundDamage[] = [];
    for (const commit of commits) {
      const { load_id } = commit;
      if (commit.state === 'expired') continue;
      const missing = stored === undefined ? await damageOf(db, commit) : missingRows(commit, stored);
      if (busy.has(load_id)) this.#lookLater(db, commit);
      else if (missing !== undefined || commit.damage !== '' || damaged.has(load_id)) {
        found.push(...(await this.#newsOf(db, commit, missing)));
      }
    }
    const storm =
      (await begunStorm(db, source_id, { started_s, now: this.#deps.now() })) ?? this.#stormOf(found, started_s);
    let changed = 0;
    for (const one of found) changed += await this.#say(db, one, isNews(one) ? storm : null);
    return changed;
  }

  #lookLater({ tenant }: Querier, { source_id, load_id }: Commit): void {
    this.#busy.set(load_id, { tenant, source_id });
  }

  /** A load that was under way when its rows were lost may have been judged and published without them. */
  async #lookAtBusy(): Promise<number> {
    let changed = 0;
    for (const [load_id, { tenant, source_id }] of [...this.#busy]) {
      const db = this.#deps.connection.querier(tenant);
      try {
        const load = await loadById(db, load_id);
        if (load !== undefined && !finalStates.includes(load.state)) continue;
        this.#busy.delete(load_id);
        const commit = await commitOfLoad(db, source_id, load_id);
        if (commit === undefined) continue;
        for (const found of await this.#newsOf(db, commit, await damageOf(db, commit))) {
          changed += await this.#say(db, found, null);
        }
      } catch {
        // Counted with its whole source then, which says what is the matter.
        this.#busy.delete(load_id);
        this.#uncounted.set(source_id, tenant);
      }
    }
    return changed;
  }

  /**
   * What there is to say of a load whose rows were counted, as a list of one. It is empty for what is known already, and for a load that
   * somebody works on or decided about meanwhile, which is counted again later: its rows may have moved.
   */
  async #newsOf(db: Querier, counted: Commit, missing: Missing | undefined): Promise<FoundDamage[]> {
    const { source_id, load_id } = counted;
    const [load, commit] = await Promise.all([loadById(db, load_id), commitOfLoad(db, source_id, load_id)]);
    if (load === undefined || commit === undefined || commit.state === 'expired') return [];
    if (!finalStates.includes(load.state) || commit.version !== counted.version) {
      this.#lookLater(db, commit);
      return [];
    }
    const damage = missing === undefined ? '' : `${missing(load.file)} ${await this.#advice(load_id)}`;
    // The row of the load follows its commit by itself.
    const isKnown = commit.damage === damage && (damage !== '' || load.damage === '');
    return isKnown ? [] : [{ load, commit, damage }];
  }

  async #say(db: Querier, found: FoundDamage, storm: DamageStorm | null): Promise<number> {
    const { load, damage } = found;
    if (!(await markDamage(this.#deps, db, { ...found, storm }))) return 0;
    const ids = { load_id: load.load_id, source: load.source };
    if (damage === '') this.#deps.log.info(ids, 'a damaged load is whole again');
    else
      this.#deps.log.warn(
        { ...ids, damage },
        `load ${load.load_id} (${load.source}, ${load.file}) is damaged: ${damage}`,
      );
    return 1;
  }

  /** One incident speaks for all when a source lost more loads at once than people can read about. */
  #stormOf(all: readonly FoundDamage[], started_s: number): DamageStorm | null {
    const counting = all.filter(isNews);
    const newest = counting.at(-1)?.load;
    if (newest === undefined || counting.length <= stormAbove) return null;
    const { load_id, file } = newest;
    return { storm_id: newId(this.#deps.now()), started_s, load_id, file, loads: counting.length };
  }

  async #advice(load_id: string): Promise<string> {
    // A manifest that cannot be read leads to no bytes either.
    const about = await this.#deps.inbox.manifest(load_id).catch(() => undefined);
    return about === undefined
      ? 'Send the file again: its bytes are no longer in the inbox.'
      : `Load it again from the inbox, with \`assay loads reload ${load_id}\` or the button on its page.`;
  }
}

/** Rows that came back, and rows of a load that nobody reads, are none. */
function isNews({ commit, damage }: FoundDamage): boolean {
  return damage !== '' && commit.state !== 'withdrawn';
}

interface Counts {
  readonly rows: CountedChunks;
  readonly rejects: CountedChunks;
}

/** Undefined when the engine cannot even read which loads its rows belong to. */
async function countsOfSource(db: Querier, source_id: string): Promise<Counts | undefined> {
  try {
    const rows = (await hasDataTable(db, source_id)) ? await storedChunks(db, source_id) : [];
    return { rows: countedChunks(rows), rejects: countedChunks(await storedRejectChunks(db, source_id)) };
  } catch (error) {
    if (error instanceof QueryError && !error.retryable) return undefined;
    throw error;
  }
}

function unreadable(file: string): string {
  return `The engine cannot read the stored rows of ${file}.`;
}

/** What is missing of one load, counted by itself. */
async function damageOf(db: Querier, commit: Commit): Promise<Missing | undefined> {
  const { source_id, load_id } = commit;
  try {
    const rows = (await hasDataTable(db, source_id)) ? await countRows(db, source_id, load_id) : [];
    const rejects = await countRejects(db, load_id);
    const own = (chunks: typeof rows) => countedChunks(chunks.map((chunk) => ({ ...chunk, load_id })));
    return missingRows(commit, { rows: own(rows), rejects: own(rejects) });
  } catch (error) {
    if (error instanceof QueryError && !error.retryable) return unreadable;
    throw error;
  }
}
