/** What passes between `check-file` and its activities: ids and counts, never rows. Ids are UInt64 as decimal text. */

/** Who and what a load is; written by the API into the inbox manifest, too. */
export interface LoadIdentity {
  readonly tenant: string;
  readonly load_id: string;
  readonly source_id: string;
  readonly source: string;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: string;
  readonly received_at: string;
  readonly actor: string;
  /** History: no notice is sent and no incident opened. */
  readonly backfill: boolean;
  /** The load this one takes the place of; '0' for none. */
  readonly replaces: string;
  /** Counts the loads of this content, from 1 (the default): a refused file can be read again. */
  readonly attempt?: number | undefined;
}

/** A chunk whose rows and rejects the engine counted and found equal to what the reader counted. */
export interface LoadedChunk {
  readonly chunk_id: string;
  readonly records: string;
  readonly rows: string;
  readonly rejects: string;
}

/** A column the rows were read with: its name, its type, and the number of its physical column. */
export interface LoadedColumn {
  readonly name: string;
  readonly type: string;
  readonly number: number;
}

/** Which columns a file had; names are cut and counted so that history stays small. */
export interface SeenColumns {
  /** Numbers of the columns that occurred in the file. */
  readonly numbers: readonly number[];
  /** Names that occurred and are no column, the most frequent first. */
  readonly undeclared: readonly string[];
  /** How many more there were. */
  readonly undeclared_more: number;
}

export interface LoadFileInput {
  readonly load: LoadIdentity;
  /** Counts the times a stored load is read again, from 1; left out for a load's own workflow. */
  readonly generation?: number;
  readonly workflow_id: string;
  readonly run_id: string;
}

/** `loaded` was read to its end, `partial` was damaged on the way, `refused` left nothing behind. */
export type LoadFileResult =
  | {
      readonly outcome: 'loaded' | 'partial';
      readonly reason: string;
      readonly format: 'jsonl' | 'csv' | 'parquet';
      readonly compression: 'none' | 'gzip' | 'zstd';
      readonly chunks: readonly LoadedChunk[];
      /** True when no other attempt or reading of the file stored anything: then there is nothing to sweep. */
      readonly only_attempt: boolean;
      readonly columns: readonly LoadedColumn[];
      /** What the file had besides values: see `SeenColumns`. */
      readonly seen: SeenColumns;
      /** What is odd about the file beside its rules, one sentence each. */
      readonly findings: readonly string[];
      readonly loading_at: string;
    }
  | {
      readonly outcome: 'refused';
      readonly reason: string;
      readonly format: '' | 'jsonl' | 'csv' | 'parquet';
      readonly compression: '' | 'none' | 'gzip' | 'zstd';
      readonly loading_at: string;
    };

export interface CheckLoadInput {
  readonly load: LoadIdentity;
  /** Null when stored rows are checked again. */
  readonly loaded: LoadFileResult | null;
  readonly trigger: 'file' | 'again';
  /** Orders the rows written about a load: every run of a load's workflows has a higher one. */
  readonly generation: number;
  readonly workflow_id: string;
  readonly run_id: string;
}

export interface CheckLoadResult {
  readonly check_id: string;
  readonly verdict: 'pass' | 'warn' | 'fail' | 'error';
  readonly summary: string;
  readonly anomalies: number;
  readonly checked_at: string;
  /** Earliest and latest event time of the rows, ISO 8601; null without. */
  readonly event_from: string | null;
  readonly event_to: string | null;
}

export interface FinishLoadInput extends CheckLoadInput {
  readonly checked: CheckLoadResult;
}

/** A load whose check could not be made or not be finished. */
export interface GiveUpLoadInput extends CheckLoadInput {
  /** One sentence. */
  readonly why: string;
}

export interface FinishLoadResult {
  /** What it is when its check is done; decisions made meanwhile count. */
  readonly state: 'loaded' | 'partial' | 'held' | 'refused' | 'withdrawn' | 'expired';
  /** How many incidents heard of a failing result, and how many of a clean one. */
  readonly raised: number;
  readonly cleared: number;
  /** Rows and rejects deleted because their chunks were never committed. */
  readonly swept: string;
}

export interface FinishReloadInput extends FinishLoadInput {
  readonly loaded: LoadFileResult;
}

export interface FinishReloadResult {
  readonly state: FinishLoadResult['state'];
  /** False when the file could not be read again: what is stored stays as it was. */
  readonly reloaded: boolean;
  /** Rows and rejects deleted because they count no more. */
  readonly swept: string;
}
