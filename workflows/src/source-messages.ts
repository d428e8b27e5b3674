import type { LoadedChunk, LoadedColumn, SeenColumns } from './load-steps.ts';

/** What a source is told and answers. Documents and rules travel as canonical JSON, already validated by the rules package. */

export interface SourceRef {
  readonly tenant: string;
  readonly source: string;
}

export interface RuleText {
  readonly rule_id: string;
  readonly kind: string;
  readonly spec: string;
}

/** A column as declared or as the first file decided. Its type is empty until a file has a value in it. */
export interface SourceColumn {
  readonly name: string;
  readonly type: string;
}

export interface SourceState {
  readonly source_id: string;
  readonly source: string;
  readonly version: number;
  /** Canonical JSON of the document without rules. */
  readonly document: string;
  /** Empty until a document declared them or the first file decided. */
  readonly columns: readonly SourceColumn[];
  readonly rules: readonly (RuleText & { readonly version: number })[];
  /** True once somebody removed the source; its workflow ends then. */
  readonly deleted: boolean;
}

interface Change {
  readonly actor: string;
  readonly why: string;
  /** The version the actor looked at; the edit is refused when it is no longer the newest. Null accepts any. */
  readonly expected_version: number | null;
}

/** An edit of a source. The source's workflow is its only writer; every edit makes one version. */
export type SourceEdit =
  | (Change & {
      readonly kind: 'put_document';
      readonly document: string;
      readonly columns: readonly SourceColumn[];
      readonly rules: readonly RuleText[];
    })
  | (Change & { readonly kind: 'put_rule'; readonly rule: RuleText })
  | (Change & { readonly kind: 'delete_rule'; readonly rule_id: string })
  | (Change & { readonly kind: 'delete_source' })
  /** What files decided: adds columns and gives a type to those without, changes no other, so that of two first files one decides. */
  | (Change & { readonly kind: 'settle_columns'; readonly columns: readonly SourceColumn[] })
  /** A person declares or accepts columns: adds or retypes, never drops. */
  | (Change & { readonly kind: 'put_columns'; readonly columns: readonly SourceColumn[] });

/** What counts of a load from now on, in place of what counted before: it was read from its file again. */
export interface NewContent extends EventTimes {
  readonly chunks: readonly LoadedChunk[];
  readonly columns: readonly LoadedColumn[];
  readonly seen: SeenColumns;
}

/** A decision about a load: of a person about a final one, or of Assay itself about one whose rows are missing or were read again. */
export interface PublicationDecision {
  readonly load_id: string;
  readonly state: 'published' | 'held' | 'withdrawn';
  /** The load it takes the place of when it is published, withdrawn in the same step; '0' for none. Any other in its place stays there. */
  readonly replaces: string;
  readonly actor: string;
  readonly reason: string;
  /** What is missing of its rows, as a sentence; empty when all are there again. Left out when nothing is said about that. */
  readonly damage?: string;
  /** The incident that speaks for many damaged loads; null, or left out, when each speaks for itself. */
  readonly storm?: DamageStorm | null;
  readonly content?: NewContent;
  /** What the first check of the load found out about its time. Such a decision gives way to every other about the load. */
  readonly checked?: EventTimes;
}

/** Earliest and latest event time of rows, ISO 8601; null without. */
export interface EventTimes {
  readonly event_from: string | null;
  readonly event_to: string | null;
}

/** More loads of a source are damaged at once than people can read about. */
export interface DamageStorm {
  /** One for all the loads that were found together, ordered by time. */
  readonly storm_id: string;
  /** When the engine that lost them was started, in seconds since the Unix epoch. */
  readonly started_s: number;
  /** How many they are. */
  readonly loads: number;
  /** The newest of them. */
  readonly load_id: string;
  readonly file: string;
}

/** What retention gives up of loads of one source in one step. */
export interface SourceExpiry {
  readonly loads: readonly { readonly load_id: string; readonly parts: readonly KeptPart[] }[];
}

/** What is kept of a load, each for a time of its own. */
export type KeptPart = 'inbox' | 'rows' | 'evidence' | 'metrics';

/** A name has one workflow at a time, whichever source has that name. */
export function sourceWorkflowId(ref: SourceRef): string {
  return `source:${ref.tenant}:${ref.source}`;
}

/** Names the source by its id, too: one that was deleted and begins anew takes the same content again. */
export function fileWorkflowId(load: {
  tenant: string;
  source: string;
  source_id: string;
  sha256: string;
  attempt?: number | undefined;
}): string {
  const again = load.attempt === undefined || load.attempt === 1 ? '' : `:${String(load.attempt)}`;
  return `file:${load.tenant}:${load.source}:${load.source_id}:${load.sha256}${again}`;
}

/** A load is checked again or read again, never both at once: the two share their ids. */
export function recheckWorkflowId(load: { tenant: string; load_id: string }, n: number): string {
  return `recheck:${load.tenant}:${load.load_id}:${String(n)}`;
}

export const sourceMessages = { edit: 'edit', decide: 'decide', expire: 'expire', state: 'state' } as const;
