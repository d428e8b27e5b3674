export { taskQueues, type Activities } from './activities.ts';
export type {
  CheckLoadInput,
  CheckLoadResult,
  FinishLoadInput,
  FinishLoadResult,
  FinishReloadInput,
  FinishReloadResult,
  GiveUpLoadInput,
  LoadedChunk,
  LoadFileInput,
  LoadFileResult,
  LoadIdentity,
  SeenColumns,
} from './load-steps.ts';
export { searchAttributeNames, searchAttributes } from './search-attributes.ts';
export {
  fileWorkflowId,
  recheckWorkflowId,
  sourceWorkflowId,
  type DamageStorm,
  type NewContent,
  type PublicationDecision,
  type RuleText,
  type SourceColumn,
  type SourceEdit,
  type SourceExpiry,
  type SourceRef,
  type SourceState,
} from './source-messages.ts';
export { loadItAgain } from './next-try.ts';
export { ruleTexts } from './rule-texts.ts';
export { startFile, startRecheck, startReload, type AgainInput } from './start-load.ts';
export {
  type RetentionReport,
  type SourceRetention,
  type SweepReport,
  type SweptLoad,
  type UpkeepInput,
} from './upkeep-messages.ts';
export type { IncidentActivities, ProjectIncidentInput } from './incident-activities.ts';
export {
  damageRule,
  incidentMessages,
  stormRule,
  type ClearedFor,
  type CommentInput,
  type IncidentAct,
  type IncidentKey,
  type IncidentStatus,
  type IncidentTransition,
  type IncidentView,
  type LoadCleared,
  type LoadDecided,
  type LoadJudged,
  type OpenIncident,
  type PersonsReason,
  type ResolveInput,
  type ResolveReason,
  type Via,
} from './incident-messages.ts';
export type { DeliveryOutcome, Notice, NoticeReason } from './incident-notice.ts';
export { availableTransitions, type TimelineEntry } from './incident-state.ts';
export { incidentWorkflowId } from './incident-workflow-id.ts';
