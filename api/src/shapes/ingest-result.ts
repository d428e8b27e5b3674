import { id, loadState, severity, verdict } from '@assay/clickhouse';
import { z } from 'zod';

/** What `scripts/ingest --json` prints on its last line: a file and what became of it. 64-bit and decimal values are text. */
export const ingestResult = z
  .strictObject({
    load_id: id.meta({ description: 'The load that stands for the content of the file.' }),
    url: z.string().meta({ description: 'The page of the load in the dashboard.' }),
    source: z.string(),
    file: z.string().meta({ description: 'The name of the file as the sender gave it.' }),
    state: loadState,
    reason: z.string().meta({
      description:
        'Why the file is refused, partial, held or withdrawn, and what is odd about it as a whole, such as a header without records; empty otherwise.',
    }),
    verdict: z
      .enum(['', 'pass', 'warn', 'fail', 'error'])
      .meta({ description: 'The worst of the results; refused and partial count as error; empty until judged.' }),
    records: z.string().meta({ description: 'Records in the file: rows + rejects.' }),
    rows: z.string(),
    rejects: z.string(),
    bytes: z.string().meta({ description: 'Size as received.' }),
    columns: z.array(
      z.strictObject({
        name: z.string(),
        type: z.string(),
        nulls: z.string().meta({ description: 'Rows without a value: null and absent.' }),
        absent: z.string(),
        type_errors: z.string(),
        distinct: z.string(),
        min: z.string().nullable(),
        max: z.string().nullable(),
      }),
    ),
    results: z
      .array(
        z.strictObject({
          rule_id: z.string(),
          kind: z.string(),
          segment: z.string(),
          window: z.string(),
          value: z.string().nullable(),
          verdict,
          rows_checked: z.string(),
          rows_failed: z.string(),
        }),
      )
      .meta({ description: 'One entry per rule, segment and window.' }),
    anomalies: z.array(z.strictObject({ anomaly_id: id, rule_id: z.string(), severity, finding: z.string() })),
    incidents: z.array(
      z.strictObject({
        incident_id: id,
        url: z.string(),
        status: z.enum(['triggered', 'acknowledged', 'resolved']),
      }),
    ),
    workflow: z.strictObject({ id: z.string(), run_id: z.string(), url: z.string() }),
  })
  .meta({ title: 'Ingest result' });
export type IngestResult = z.infer<typeof ingestResult>;
