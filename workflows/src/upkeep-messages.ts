import type { KeptPart } from './source-messages.ts';

/** What is asked of the upkeep of a tenant's data, and what it answers. */
export interface UpkeepInput {
  readonly tenant: string;
  /** True to say what would be done, and to do nothing. */
  readonly dry_run: boolean;
}

/** Rows and rejects of one load under chunk ids that no commit names. */
export interface SweptLoad {
  readonly source: string;
  readonly load_id: string;
  readonly file: string;
  readonly chunks: number;
  readonly rows: string;
  readonly rejects: string;
  /** Why nothing of it is deleted; empty when it is, or would be. */
  readonly left: string;
}

export interface SweepReport {
  readonly dry_run: boolean;
  /** Those with most first; `more` loads are counted but not listed. */
  readonly loads: readonly SweptLoad[];
  readonly more: number;
  /** What was deleted, or would be, of all of them. */
  readonly rows: string;
  readonly rejects: string;
}

/** What one source gives up. */
export interface SourceRetention {
  readonly source: string;
  /** Loads of which a part expires now, by part. */
  readonly expires: Readonly<Record<KeptPart, number>>;
  /** Rows and bytes of those. */
  readonly rows: string;
  readonly bytes: string;
  /** Loads whose rows expired before and are deleted now. */
  readonly loads_deleted: number;
  /** Months of receipt that are dropped whole, such as 202601. */
  readonly partitions_dropped: readonly string[];
}

export interface RetentionReport {
  readonly dry_run: boolean;
  /** Only sources with something to give up. */
  readonly sources: readonly SourceRetention[];
}

/** One for a tenant, so that two who ask for the same at once share a run; a dry run is a run of its own. */
export function upkeepWorkflowId(what: 'sweep' | 'retention', { tenant, dry_run }: UpkeepInput): string {
  return `${what}:${tenant}${dry_run ? ':dry-run' : ''}`;
}
