import type {
  CommentInput,
  IncidentTransition,
  IncidentView,
  LoadIdentity,
  PublicationDecision,
  ResolveInput,
  RetentionReport,
  RuleText,
  SourceEdit,
  SourceRef,
  SourceState,
  SweepReport,
  UpkeepInput,
} from '@assay/workflows';

/** What an incident can be told by a person. */
export type IncidentAct =
  | {
      readonly transition: Exclude<IncidentTransition, 'resolve' | 'comment'>;
      readonly input: Omit<CommentInput, 'comment'>;
    }
  | { readonly transition: 'resolve'; readonly input: ResolveInput }
  | { readonly transition: 'comment'; readonly input: CommentInput };

/** The result of asking for the workflow of a file: its own run, or the one that was there already for the same content. */
export interface StartedFile {
  readonly load_id: string;
  readonly workflow_id: string;
  readonly run_id: string;
  readonly duplicate: boolean;
}

/** Who polls a task queue, as Temporal sees it. */
export interface QueueHealth {
  readonly queue: string;
  readonly pollers: number;
  /** Processes of this machine that serve it and are stopped. */
  readonly stopped: readonly number[];
  /** Tasks that wait for a worker. */
  readonly backlog: number;
  /** How long the oldest has waited, in seconds. */
  readonly oldest_s: number;
}

/**
 * Everything the API asks of Temporal. Calls throw RequestProblem: `conflict` or `not_found` with the workflow's own sentence when it
 * refuses, `unavailable` when Temporal or its worker does not answer.
 */
export interface Orchestrator {
  startFile(load: LoadIdentity): Promise<StartedFile>;
  editSource(call: {
    ref: SourceRef;
    if_new: NewSource | null;
    edit: SourceEdit;
    update_id: string;
  }): Promise<SourceState>;
  decide(call: {
    ref: SourceRef;
    if_new: NewSource | null;
    decision: PublicationDecision;
    update_id: string;
  }): Promise<void>;
  /** Starts a check of a stored load, whose row has this version, with today's rules; answers the workflow's id. */
  recheck(load: LoadIdentity, version: number): Promise<string>;
  /** Has a stored load, whose row has this version, read from its file again; answers the workflow's id. */
  reload(load: LoadIdentity, version: number): Promise<string>;
  /** Deletes rows that no commit names, or says which; waits until it is done. */
  sweep(input: UpkeepInput): Promise<SweepReport>;
  /** Gives up what sources keep no longer, or says what; waits until it is done. */
  retain(input: UpkeepInput): Promise<RetentionReport>;
  actOnIncident(workflow_id: string, act: IncidentAct, update_id: string): Promise<IncidentView>;
  /** The incident as its workflow sees it; undefined when the workflow has ended or cannot be asked. */
  viewIncident(workflow_id: string): Promise<IncidentView | undefined>;
  /** The workflows that run for loads and incidents of a source, as far as Temporal has listed them. */
  runningFor(ref: SourceRef): Promise<string[]>;
  /** Ends workflows: each is told to stop and waited for, so that nothing of it goes on; one that does not stop is ended. */
  stop(workflow_ids: readonly string[], reason: string): Promise<void>;
  /** Whether a workflow has ended, waiting for it no longer than `patience_ms`; one that Temporal forgot has ended. */
  hasEnded(workflow_id: string, patience_ms: number): Promise<boolean>;
  queues(): Promise<QueueHealth[]>;
  reachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** What a source gets when this is the first that anybody hears of it. */
export interface NewSource {
  readonly source_id: string;
  readonly rules: readonly RuleText[];
  readonly actor: string;
}
