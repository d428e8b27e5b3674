import {
  anomaly,
  arrival,
  check,
  failedRow,
  id,
  load,
  profile,
  publication,
  reject,
  timestamp,
} from '@assay/clickhouse';
import { z } from 'zod';
import { judgedResult } from './result.ts';
import { openIncident } from './source.ts';

/** A step of a load with the moments it began and ended; null where that has not happened. */
export const stage = z.object({
  stage: z.enum(['received', 'loading', 'checking', 'publishing']),
  state: z.enum(['waiting', 'running', 'done', 'skipped']),
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  duration_ms: z.number().nullable(),
});
export type Stage = z.infer<typeof stage>;

/** How far a running load is; written at stage changes and at most every two seconds. */
export const progress = z.object({
  at: timestamp,
  stage: z.string(),
  /** Of the content, decompressed. */
  bytes_done: z.string(),
  /** Null when only reading to the end will tell, as in a compressed file. */
  bytes_total: z.string().nullable(),
  records: z.string(),
  records_per_s: z.number(),
  eta_s: z.number().nullable(),
});
export type Progress = z.infer<typeof progress>;

export const workflowLink = z.object({
  id: z.string(),
  run_id: z.string(),
  /** Empty when no Temporal UI is configured. */
  url: z.string(),
});

export const loadDecision = z.enum(['withdraw', 'restore', 'release']);
export type LoadDecision = z.infer<typeof loadDecision>;

/** What was decided about a load, and what can be decided next. */
export const decidedLoad = z.object({
  load_id: id,
  decision: loadDecision,
  /** The load that was withdrawn in the same step, because this one took its place; null for none. */
  in_place_of: id.nullable(),
  available_decisions: z.array(loadDecision),
});
export type DecidedLoad = z.infer<typeof decidedLoad>;

export const loadView = load.extend({
  url: z.string(),
  /** How long it was worked on, in milliseconds; null while it is, and when it was read or checked again and only its detail can tell. */
  took_ms: z.number().nullable(),
});

/** A page of loads with counts that hold over all pages. */
export const loadPage = z.object({
  items: z.array(loadView),
  next_before: id.nullable(),
  /** As many as fit all filters. */
  total: z.number(),
  /** As many as fit the filters but the verdict, by verdict; '' are those not judged yet. */
  by_verdict: z.array(z.object({ verdict: load.shape.verdict, loads: z.number() })),
});
export type LoadPage = z.infer<typeof loadPage>;

export const loadDetail = z.object({
  load: loadView,
  publication: publication.nullable(),
  stages: z.array(stage),
  progress: progress.nullable(),
  check: check.omit({ chunk_ids: true }).nullable(),
  columns: z.array(profile),
  results: z.array(judgedResult),
  anomalies: z.array(anomaly),
  incidents: z.array(openIncident.extend({ url: z.string() })),
  reject_reasons: z.array(z.object({ reason_code: z.string(), records: z.string(), first_line: z.string() })),
  arrivals: z.array(arrival),
  workflow: workflowLink,
  available_decisions: z.array(loadDecision),
});
export type LoadDetail = z.infer<typeof loadDetail>;

/** A row as stored, every value as exact text. */
export const dataRow = z.object({
  line: z.string(),
  byte_offset: z.string(),
  /** In the order of `columns`; null for no value. A column with `mask` shows its mask. */
  values: z.array(z.string().nullable()),
  /** Names of declared columns whose key the record lacks. */
  absent: z.array(z.string()),
  /** Raw text of values that do not fit their type, by column. */
  type_errors: z.record(z.string(), z.string()),
  /** Keys that no column holds, with their raw JSON. */
  extra: z.record(z.string(), z.string()),
  /** The rules this row breaks, with a sentence each. */
  failed: z.array(z.object({ rule_id: z.string(), reason: z.string() })),
});
export type DataRow = z.infer<typeof dataRow>;

/** When the rows of this page were given up by retention; null while they are kept. */
const expired_at = timestamp.nullable();

export const rowPage = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string(), masked: z.boolean() })),
  items: z.array(dataRow),
  total: z.number(),
  expired_at,
});
export type RowPage = z.infer<typeof rowPage>;

/** Whether retention gave the rejects up is told by `expired.rows` of their load. */
export const rejectPage = z.object({ items: z.array(reject), total: z.number() });
export const failedRowPage = z.object({ items: z.array(failedRow), total: z.number(), expired_at });

/** Where a load is, for who waits for it. */
export const loadStatus = z.object({
  load_id: id,
  state: load.shape.state,
  verdict: load.shape.verdict,
  /** True when the state changes no more by itself. */
  final: z.boolean(),
  stages: z.array(stage),
  progress: progress.nullable(),
});
export type LoadStatus = z.infer<typeof loadStatus>;

/** The answer to an upload. */
export const receipt = z.object({
  load_id: id,
  url: z.string(),
  source: z.string(),
  file: z.string(),
  bytes: z.string(),
  sha256: z.string(),
  /** The same content had been received for this source before: `load_id` is that load, nothing is done twice. */
  duplicate: z.boolean(),
  state: load.shape.state,
  /** The re-check that was started because `again` was asked; empty otherwise. */
  recheck_workflow_id: z.string(),
});
export type Receipt = z.infer<typeof receipt>;
