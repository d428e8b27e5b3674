import type { IncidentActivities } from './incident-activities.ts';
import type {
  CheckLoadInput,
  CheckLoadResult,
  FinishLoadInput,
  FinishLoadResult,
  GiveUpLoadInput,
  FinishReloadInput,
  FinishReloadResult,
  LoadFileInput,
  LoadFileResult,
} from './load-steps.ts';
import type { PublicationDecision, RuleText, SourceExpiry, SourceRef, SourceState } from './source-messages.ts';
import type { RetentionReport, SweepReport, UpkeepInput } from './upkeep-messages.ts';

/** Everything impure that workflows ask for. Each is safe to repeat: an attempt writes under fresh ids, or the same row again. */
export interface Activities extends IncidentActivities {
  /** Reads the file of a load into its data table and `rejects` under fresh chunk ids. Nothing is visible before the commit. */
  loadFile(input: LoadFileInput): Promise<LoadFileResult>;
  /** Commits exactly the chunks of the input, then judges them with the rules of this moment under a fresh check id. */
  checkLoad(input: CheckLoadInput): Promise<CheckLoadResult>;
  /** Puts the check in force, publishes or holds the load, tells incidents, and deletes rows that no commit names. */
  finishLoad(input: FinishLoadInput): Promise<FinishLoadResult>;
  /** Writes that the check of a load could not be made or not be finished, tells its incident, and answers the state it ends in. */
  giveUpLoad(input: GiveUpLoadInput): Promise<string>;

  /** Reads a file once more from the inbox, should its bytes still be there and be the ones that were received. */
  reloadFile(input: LoadFileInput): Promise<LoadFileResult>;
  /** Puts what was read again in the place of what counted before, in one step, and deletes the latter. */
  finishReload(input: FinishReloadInput): Promise<FinishReloadResult>;

  /** Deletes rows and rejects under chunk ids that no commit names, of loads that no workflow works on. */
  sweepStored(input: UpkeepInput): Promise<SweepReport>;
  /** Gives up what the sources of a tenant keep no longer. */
  applyRetention(input: UpkeepInput): Promise<RetentionReport>;

  /** The state of a source as last written, and how many decisions about its loads are stored; null when there is no source. */
  readSource(ref: SourceRef): Promise<(SourceState & { readonly decisions: number }) | null>;
  /** Appends one version of a source with the rules it changed. */
  appendSource(input: {
    readonly ref: SourceRef;
    readonly state: SourceState;
    readonly rules_put: readonly RuleText[];
    readonly rules_deleted: readonly RuleText[];
    readonly actor: string;
    readonly why: string;
    readonly at: string;
  }): Promise<void>;
  /** Writes a decision about the publication of a load. */
  decidePublication(input: {
    readonly ref: SourceRef;
    readonly source_id: string;
    readonly decision: PublicationDecision;
    readonly decision_no: number;
    readonly at: string;
  }): Promise<void>;
  /** Writes what expires of loads; the data goes after that. */
  expireLoads(input: {
    readonly ref: SourceRef;
    readonly source_id: string;
    readonly expiry: SourceExpiry;
    readonly decision_no: number;
    readonly at: string;
  }): Promise<void>;
}

/** Workflows and short activities run on `control`; files are read and checked on `load`, small ones on `small`, never behind big ones. */
export const taskQueues = { control: 'control', load: 'load', small: 'small' } as const;

/** Files of up to so many bytes as received are small: many of them are worked on at once, and all of them fit into memory. */
const smallFile_bytes = 512 * 1024;

/** The queue on which a file is read and checked. */
export function queueOfFile(bytes: string): 'load' | 'small' {
  return Number(bytes) <= smallFile_bytes ? taskQueues.small : taskQueues.load;
}
