export { connect, lookup, type Connection, type Querier } from './query.ts';
export { QueryError } from './errors.ts';
export { id, newChunkIds, newId, timeOfId, type Id } from './id.ts';
export { FileTooLargeError, manifest, openInbox, type Inbox, type Manifest, type ReceivedBytes } from './inbox.ts';
export { migrate, pendingMigrations } from './migrate.ts';

export {
  anomaliesOfCheck,
  anomaliesOfLoad,
  anomaly,
  listAnomalies,
  writeAnomalies,
  type Anomaly,
} from './tables/anomaly.ts';
export { arrival, arrivalsOfLoad, writeArrival } from './tables/arrival.ts';
export { check, checkById, checksOfLoad, writeCheck, type Check } from './tables/check.ts';
export {
  commit,
  commitOfLoad,
  commitBefore,
  commitOfSource,
  commitStorms,
  commitsOfSource,
  commitsOverlapping,
  damagedCommits,
  expiredOverlapping,
  highestCommitVersion,
  publication,
  writeCommit,
  writeCommits,
  type Commit,
  type Publication,
} from './tables/commit.ts';
export {
  countRejects,
  countRows,
  dataColumn,
  dataColumns,
  dataTable,
  deleteChunks,
  ensureDataColumns,
  hasDataTable,
  ownColumns,
  physicalColumn,
  typeOfColumn,
  type DataColumn,
} from './tables/data.ts';
export { engineVersion } from './tables/engine.ts';
export {
  countDeliveries,
  deliveriesOfIncident,
  delivery,
  deliveryState,
  finalDeliveryVersion,
  writeDeliveries,
} from './tables/delivery.ts';
export type { Delivery } from './tables/delivery.ts';
export { disabledTargetOf, listDisabledTargets, writeDisabledTarget } from './tables/disabled-target.ts';
export { emitEvent, emitEvents, event, eventsSince, progressOfLoad, type Event } from './tables/event.ts';
export {
  countFailedRows,
  failedRow,
  failedRowsAtLines,
  failedRowsOfCheck,
  writeFailedRows,
  type FailedRow,
} from './tables/failed-row.ts';
export { eventsOfIncident, writeIncidentEvents } from './tables/incident-event.ts';
export type { IncidentEvent } from './tables/incident-event.ts';
export {
  countIncidents,
  countOpenIncidents,
  incident,
  incidentById,
  incidentIdsOfLoad,
  incidentsById,
  incidentStatus,
  listIncidents,
  openIncidents,
  writeIncident,
} from './tables/incident.ts';
export type { Incident, IncidentPage, IncidentStatus } from './tables/incident.ts';
export {
  countLoads,
  damagedLoads,
  finalStates,
  kept,
  listLoads,
  load,
  loadById,
  loadsByContent,
  loadState,
  loadVerdict,
  unfinishedLoads,
  writeLoad,
  writeLoads,
  type Kept,
  type Load,
  type LoadPage,
  type LoadState,
  type LoadVerdict,
} from './tables/load.ts';
export { countRules, countRulesBySource, listRulePage, type ListedRule } from './tables/listed-rule.ts';
export { countSources, listSourcePage, sourceLabel, sourceLabels } from './tables/listed-source.ts';
export { generationOf, nextGeneration, stepVersion, type Step } from './tables/load-version.ts';
export {
  deleteFrom,
  deleteRows,
  dropMonth,
  expiredMonths,
  expiredRows,
  loadsIn,
  loadsInMonth,
  loadsWithout,
  loadsWithoutAmong,
  loadsWithParts,
  storedMonths,
} from './tables/expired-load.ts';
export { storedChunks, storedRejectChunks, type StoredChunk } from './tables/stored-chunk.ts';
export {
  committedTotals,
  detachedParts,
  engineStartedAt,
  storedTables,
  tenantsWithSources,
} from './tables/stored-part.ts';
export { loadIdentity, receivedLoad } from './tables/received-load.ts';
export {
  mostMissing,
  profile,
  profileHistory,
  profilesOfCheck,
  undeclaredType,
  writeProfiles,
  type MissingShares,
  type Profile,
} from './tables/profile.ts';
export { jsonKindsOf, type JsonKinds } from './tables/json-kind.ts';
export { othersInPlace } from './tables/place.ts';
export { publishedView, writePublishedView } from './tables/published-view.ts';
export { reject, rejectReasons, rejectsOfLoad, rejectUpTo, type Reject } from './tables/reject.ts';
export {
  result,
  resultsOfCheck,
  resultsOfRule,
  segmentsOfRule,
  severity,
  verdict,
  worstFirst,
  worstResults,
  writeResults,
  type Result,
  type Severity,
  type Verdict,
} from './tables/result.ts';
export {
  halfDeletedSources,
  listRules,
  listSources,
  rulesAtVersions,
  rulesHistory,
  rulesOfSource,
  ruleVersion,
  sourceByName,
  sourceColumn,
  sourceColumns,
  sourceHistory,
  sourcesById,
  writeSourceVersion,
  type RuleVersion,
  type SourceColumn,
  type SourceVersion,
} from './tables/source.ts';
export { timestamp, timestampOf } from './tables/timestamp.ts';
export {
  apiKeyByHash,
  countWorkingKeys,
  listApiKeys,
  role,
  writeApiKey,
  type ApiKey,
  type Role,
} from './tables/api-key.ts';
export { auditEntry, listAudit, via, writeAudit, type AuditEntry, type Via } from './tables/audit.ts';
export {
  chartExtent,
  chartPoint,
  chartPoints,
  eventStarts,
  type ChartPoint,
  type ChartTime,
} from './tables/data-chart.ts';
export {
  extraCounts,
  extraKey,
  extraKeys,
  rowsAtLines,
  rowsOfChunks,
  type ExtraKey,
  type StoredRow,
} from './tables/data-row.ts';
export { recentLoads, waitingLoads } from './tables/recent-load.ts';
export { deleteSourceTraces, tracesOfSource, type SourceTraces } from './tables/source-trace.ts';

export { openBytes, type ByteSource, type ByteSourceEnd } from './formats/byte-source.ts';
export { inspectCsv } from './formats/csv/inspect.ts';
export {
  defaultReadLimits,
  extra_names_max,
  type ChunkRead,
  type ReadLimits,
  type ReadPlan,
  type TextLayout,
} from './formats/define.ts';
export { detectFormat } from './formats/detect.ts';
export { firstEvent, type EventTimes } from './formats/first-event.ts';
export { guessColumns } from './formats/guess-plan.ts';
export type { NewColumn } from './formats/infer-type.ts';
export { openParquet, type ParquetFile } from './formats/parquet/file.ts';
export { printable } from './formats/printable.ts';
export { byteLimits, parquetLimits, type ByteLimits } from './formats/read-limits.ts';
export { readText } from './formats/read-text.ts';
export { ReaderPool } from './formats/reader-pool.ts';
export { ReadTotals } from './formats/read-totals.ts';
export { RefusedFile } from './formats/refused-file.ts';
export { sampleContent } from './formats/sample-content.ts';
export { timeDoubt, type TimeDoubt } from './formats/values/time-doubt.ts';
export { widenPlan, type NearlyStrictColumn } from './formats/widen-plan.ts';
export { hashOfApiKey, looksLikeApiKey, newApiKey, sameHash } from './api-key-text.ts';
export { engineMemory, loadTotals, stageTotals } from './tables/metric-total.ts';
