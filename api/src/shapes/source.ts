import { extraKey, id, load, loadVerdict, severity, sourceLabel, timestamp } from '@assay/clickhouse';
import { z } from 'zod';
import { problem } from './problem.ts';

/** A column as declared or as the first file decided. */
export const sourceColumn = z.object({ name: z.string(), type: z.string() });

export const openIncident = z.object({
  source_id: id,
  incident_id: id,
  status: z.enum(['triggered', 'acknowledged', 'resolved']),
  severity,
  rule_id: z.string(),
  segment: z.string(),
  finding: z.string(),
  triggered_at: timestamp,
  next_escalation_at: timestamp.nullable(),
});

export const sourceSummary = z.object({
  source_id: id,
  source: z.string(),
  version: z.string(),
  owner: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  changed_at: timestamp,
  columns: z.number(),
  rules: z.number(),
  latest_load: load.nullable(),
  /** The verdicts of the newest loads, oldest first. */
  recent: z.array(z.object({ load_id: id, received_at: timestamp, verdict: loadVerdict, state: load.shape.state })),
  incidents_open: z.number(),
});
export type SourceSummary = z.infer<typeof sourceSummary>;

/** A source in a list, with the columns that lack most values. */
export const listedSource = sourceSummary.extend({
  /** Worst first; `shares` between 0 and 1 over the newest loads, oldest first, null where a load lacks the column. */
  missing: z.array(z.object({ column: z.string(), shares: z.array(z.number().min(0).max(1).nullable()) })),
});
export type ListedSource = z.infer<typeof listedSource>;

/** A page of sources with counts that hold over all pages. */
export const sourcePage = z.object({
  items: z.array(listedSource),
  /** As many as fit all filters. */
  total: z.number(),
  /** By the verdict of the newest load, '' without one: as many as fit the filters but the verdict, and as many as there are. */
  by_verdict: z.array(z.object({ verdict: loadVerdict, sources: z.number(), in_all: z.number() })),
});
export type SourcePage = z.infer<typeof sourcePage>;

/** How sources are called, to choose one. */
export const sourceLabels = z.object({ items: z.array(sourceLabel) });

/** Null share per column and load: `cells[column][load]`, null where the load does not have the column. */
export const nullHeat = z.object({
  loads: z.array(z.object({ load_id: id, received_at: timestamp, rows: z.string() })),
  columns: z.array(
    z.object({
      column: z.string(),
      type: z.string(),
      cells: z.array(
        z
          .object({ nulls: z.string(), absent: z.string(), type_errors: z.string(), share: z.number().min(0).max(1) })
          .nullable(),
      ),
    }),
  ),
});
export type NullHeat = z.infer<typeof nullHeat>;

/** A key that no column held when a load was read. Samples are left out while the source masks a column. */
export const undeclaredKey = extraKey.omit({ scale: true }).extend({
  /** A type that takes every value. */
  suggested_type: z.string(),
  /** Of the column that the source has by this name since; null when it has none. */
  declared_type: z.string().nullable(),
});
export type UndeclaredKey = z.infer<typeof undeclaredKey>;

export const sourceDetail = sourceSummary.extend({
  columns: z.array(sourceColumn),
  event_time: z.string().nullable(),
  null_heat: nullHeat,
  incidents: z.array(openIncident),
  /** Keys seen in the newest load that no column of the source holds. */
  undeclared: z.array(undeclaredKey),
  /** The load that they were seen in; null when none has rows. */
  undeclared_in: z.object({ load_id: id, file: z.string() }).nullable(),
});
export type SourceDetail = z.infer<typeof sourceDetail>;

/** The source document of a source: as JSON and as YAML, rules included. */
export const sourceDocument = z.object({
  source: z.string(),
  version: z.string(),
  document: z.record(z.string(), z.unknown()),
  yaml: z.string(),
});
export type SourceDocument = z.infer<typeof sourceDocument>;

export const plan = z.object({
  source: z.string(),
  exists: z.boolean(),
  version: z.string().nullable(),
  equal: z.boolean(),
  /** What would change, a line each: `+` added, `-` removed, `~` changed. */
  changes: z.array(z.string()),
  problems: z.array(problem),
});
export type Plan = z.infer<typeof plan>;

export const sourceRevision = z.object({
  version: z.string(),
  changed_at: timestamp,
  changed_by: z.string(),
  why: z.string(),
  deleted: z.boolean(),
  columns: z.number(),
});
