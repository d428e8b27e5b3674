import { loadVerdict, sourceLabels } from '@assay/clickhouse';
import { sourceName } from '@assay/rules';
import { z } from 'zod';
import { sourceChart } from '../shapes/source-chart.ts';
import {
  plan,
  sourceDetail,
  sourceDocument,
  sourceLabels as labels,
  sourcePage,
  sourceRevision,
} from '../shapes/source.ts';
import { admin, editor, router, viewer } from '../trpc.ts';
import { chartSource } from '../source/chart-source.ts';
import { acceptColumns } from '../source/accept-columns.ts';
import { deleteSource } from '../source/delete-source.ts';
import { planDocument, putDocument } from '../source/put-document.ts';
import { documentOfSource, historyOfSource } from '../source/read-source.ts';
import { detailOfSource } from '../source/detail-of-source.ts';
import { listedSources } from '../source/list-sources.ts';
import { limit, offset, text } from './page.ts';

const tags = ['sources'];
const source = z.strictObject({ source: sourceName });

/** Either field, as the client has it. */
const written = {
  yaml: z.string().max(900_000).optional(),
  document: z.record(z.string(), z.unknown()).optional(),
};
const why = z.string().max(1_000).default('');
/** The version that was looked at; null takes any. */
const expected_version = z.number().int().min(0).nullable().default(null);

export const sourceRouter = router({
  list: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/sources',
        tags,
        summary: 'Sources by name with their latest loads and missing values',
      },
    })
    .input(
      z.strictObject({
        text,
        /** Of the newest load; empty for sources whose newest load has none yet. */
        verdict: loadVerdict.optional(),
        limit: limit(100, 1_000),
        offset,
      }),
    )
    .output(sourcePage)
    .query(({ ctx, input }) => listedSources(ctx, input)),

  labels: viewer
    .meta({ openapi: { method: 'GET', path: '/source_labels', tags, summary: 'How sources are called and labelled' } })
    .input(
      z.strictObject({
        text,
        /** Only those with this label, such as `example=true`. */
        label: z
          .string()
          .regex(/^[^=]+=/, 'write a label as name=value')
          .max(1_000)
          .optional(),
        limit: limit(1_000, 10_000),
        offset,
      }),
    )
    .output(labels)
    .query(async ({ ctx, input }) => ({ items: await sourceLabels(ctx.db, input) })),

  get: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/sources/{source}',
        tags,
        summary: 'A source with its null heat and open incidents',
      },
    })
    .input(source.extend({ loads: z.number().int().min(1).max(200).default(30) }))
    .output(sourceDetail)
    .query(({ ctx, input }) => detailOfSource(ctx, input)),

  document: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/sources/{source}/document',
        tags,
        summary: 'The source document, as JSON and YAML',
      },
    })
    .input(source)
    .output(sourceDocument)
    .query(({ ctx, input }) => documentOfSource(ctx, input.source)),

  putDocument: editor
    .meta({
      openapi: {
        method: 'PUT',
        path: '/sources/{source}/document',
        tags,
        summary: 'Make the source what a document says',
      },
    })
    .input(source.extend({ ...written, why, expected_version }))
    .output(sourceDocument.extend({ changed: z.boolean() }))
    .mutation(({ ctx, input }) => putDocument(ctx, input)),

  plan: viewer
    .meta({
      openapi: { method: 'POST', path: '/sources/{source}/plan', tags, summary: 'What a document would change' },
    })
    .input(source.extend(written))
    .output(plan)
    .mutation(({ ctx, input }) => planDocument(ctx, input)),

  acceptColumns: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/sources/{source}/columns',
        tags,
        summary: 'Declare columns that files brought',
      },
    })
    .input(
      source.extend({
        columns: z
          .array(z.strictObject({ name: z.string(), type: z.string() }))
          .min(1)
          .max(1_000),
        why,
        expected_version,
      }),
    )
    .output(sourceDocument)
    .mutation(({ ctx, input }) => acceptColumns(ctx, input)),

  delete: admin
    .meta({
      openapi: { method: 'DELETE', path: '/sources/{source}', tags, summary: 'Delete a source with every trace of it' },
    })
    .input(source)
    .output(z.object({ source: sourceName, loads: z.number(), incidents: z.number() }))
    .mutation(({ ctx, input }) => deleteSource(ctx, input.source)),

  history: viewer
    .meta({ openapi: { method: 'GET', path: '/sources/{source}/history', tags, summary: 'Every version of a source' } })
    .input(source)
    .output(z.object({ items: z.array(sourceRevision) }))
    .query(({ ctx, input }) => historyOfSource(ctx, input.source)),

  chart: viewer
    .meta({
      openapi: { method: 'GET', path: '/sources/{source}/chart', tags, summary: 'Rows or a column over event time' },
    })
    .input(
      source.extend({
        column: z.string().optional(),
        /** Half-open [from, to) in ISO 8601; all there is when left out. */
        from: z.iso.datetime().optional(),
        to: z.iso.datetime().optional(),
        points: z.number().int().min(10).max(2_000).default(400),
      }),
    )
    .output(sourceChart)
    .query(({ ctx, input }) => chartSource(ctx, input)),
});
