import { check, id, loadState, loadVerdict } from '@assay/clickhouse';
import { sourceName } from '@assay/rules';
import { z } from 'zod';
import { ingestResult } from '../shapes/ingest-result.ts';
import {
  decidedLoad,
  failedRowPage,
  loadDetail,
  loadPage,
  loadStatus,
  receipt,
  rejectPage,
  rowPage,
} from '../shapes/load.ts';
import { undeclaredKey } from '../shapes/source.ts';
import { editor, router, viewer } from '../trpc.ts';
import { decideLoad } from '../load/decide-load.ts';
import { declareColumns } from '../load/declare-columns.ts';
import { detailOfLoad } from '../load/detail-of-load.ts';
import { ingestResultOfLoad } from '../load/ingest-result-of-load.ts';
import { pageOfFailedRows } from '../load/failed-rows-of-load.ts';
import { pageOfRejects } from '../load/rejects-of-load.ts';
import { listedLoads } from '../load/list-loads.ts';
import { statusOfLoad } from '../load/status-of-load.ts';
import { recheckLoad } from '../load/recheck-load.ts';
import { reloadLoad } from '../load/reload-load.ts';
import { pageOfRows } from '../load/rows-of-load.ts';
import { undeclaredKeysOfLoad } from '../load/undeclared-keys-of-load.ts';
import { checksOf } from '../load/checks-of-load.ts';
import { bodyOfText } from '../upload/file-body.ts';
import { receiveFile } from '../upload/receive-file.ts';
import { before, limit, offset, text } from './page.ts';

const tags = ['loads'];
const load = z.strictObject({ load_id: id });
const reason = z.string().max(1_000);
/** Of a rule, as its results write it. */
const segment = z.string().optional();

export const loadRouter = router({
  /** A small file as text; larger ones go to `POST /api/v1/sources/:source/files`. */
  ingest: editor
    .input(
      z.strictObject({
        source: sourceName,
        file: z.string().min(1).max(1_024),
        content: z.string().max(900_000),
        backfill: z.boolean().default(false),
        replaces: id.default('0'),
        again: z.boolean().default(false),
      }),
    )
    .output(receipt)
    .mutation(({ ctx, input }) => {
      const { content, ...upload } = input;
      return receiveFile(ctx, { ...upload, body: bodyOfText(content) });
    }),

  list: viewer
    .meta({ openapi: { method: 'GET', path: '/loads', tags, summary: 'Loads, newest first' } })
    .input(
      z.strictObject({
        source: sourceName.optional(),
        state: z.array(loadState).optional(),
        verdict: z.array(loadVerdict).optional(),
        text,
        before,
        limit: limit(50, 500),
      }),
    )
    .output(loadPage)
    .query(({ ctx, input }) => listedLoads(ctx, input)),

  get: viewer
    .meta({
      openapi: { method: 'GET', path: '/loads/{load_id}', tags, summary: 'A load with everything known about it' },
    })
    .input(load)
    .output(loadDetail)
    .query(({ ctx, input }) => detailOfLoad(ctx, input.load_id)),

  status: viewer
    .meta({
      openapi: { method: 'GET', path: '/loads/{load_id}/status', tags, summary: 'Where a load is, and how far it got' },
    })
    .input(load)
    .output(loadStatus)
    .query(({ ctx, input }) => statusOfLoad(ctx, input.load_id)),

  ingestResult: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/loads/{load_id}/ingest_result',
        tags,
        summary: 'A load as `ingest --json` prints it',
      },
    })
    .input(
      load.extend({
        /** How long to wait for a load that is still on its way, in seconds. */
        wait_s: z.number().int().min(0).max(60).default(0),
        /** The re-check to wait for, as its start was answered; the load's own workflow when left out. */
        workflow_id: z.string().max(1_000).optional(),
      }),
    )
    .output(ingestResult)
    .query(({ ctx, input }) => ingestResultOfLoad(ctx, input)),

  rows: viewer
    .meta({
      openapi: { method: 'GET', path: '/loads/{load_id}/rows', tags, summary: 'The rows by line, every value as text' },
    })
    .input(
      load.extend({
        failed: z.boolean().default(false),
        rule_id: z.string().min(1).optional(),
        segment,
        limit: limit(100, 1_000),
        offset,
      }),
    )
    .output(rowPage)
    .query(({ ctx, input }) => pageOfRows(ctx, input)),

  rejects: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/loads/{load_id}/rejects',
        tags,
        summary: 'Records that could not become rows, with reason and raw text',
      },
    })
    .input(load.extend({ reason_code: z.string().min(1).optional(), limit: limit(100, 1_000), offset }))
    .output(rejectPage)
    .query(({ ctx, input }) => pageOfRejects(ctx, input)),

  undeclaredKeys: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/loads/{load_id}/undeclared_keys',
        tags,
        summary: 'Keys that no column held when the file was read, with the type their values suggest',
      },
    })
    .input(load)
    .output(z.object({ items: z.array(undeclaredKey) }))
    .query(({ ctx, input }) => undeclaredKeysOfLoad(ctx, input.load_id)),

  failedRows: viewer
    .meta({
      openapi: {
        method: 'GET',
        path: '/loads/{load_id}/failed_rows',
        tags,
        summary: 'Evidence: rows that break rules',
      },
    })
    .input(load.extend({ rule_id: z.string().min(1).optional(), segment, limit: limit(100, 1_000), offset }))
    .output(failedRowPage)
    .query(({ ctx, input }) => pageOfFailedRows(ctx, input)),

  checks: viewer
    .meta({
      openapi: { method: 'GET', path: '/loads/{load_id}/checks', tags, summary: 'Every check of a load, newest first' },
    })
    .input(load)
    .output(z.object({ items: z.array(check.omit({ chunk_ids: true })) }))
    .query(({ ctx, input }) => checksOf(ctx, input.load_id)),

  recheck: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/loads/{load_id}/recheck',
        tags,
        summary: "Check the stored rows again with today's rules",
      },
    })
    .input(load)
    .output(z.object({ load_id: id, workflow_id: z.string(), workflow_url: z.string() }))
    .mutation(({ ctx, input }) => recheckLoad(ctx, input.load_id)),

  reload: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/loads/{load_id}/reload',
        tags,
        summary: 'Load a damaged load again, from the bytes in the inbox',
      },
    })
    .input(load)
    .output(z.object({ load_id: id, workflow_id: z.string(), workflow_url: z.string() }))
    .mutation(({ ctx, input }) => reloadLoad(ctx, input.load_id)),

  declare: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/loads/{load_id}/declare',
        tags,
        summary: 'Declare types of columns and read the file of this load again with them',
      },
    })
    .input(
      load.extend({
        columns: z
          .array(z.strictObject({ name: z.string(), type: z.string() }))
          .min(1)
          .max(1_000),
        why: reason.default(''),
      }),
    )
    .output(z.object({ load_id: id, workflow_id: z.string(), workflow_url: z.string() }))
    .mutation(({ ctx, input }) => declareColumns(ctx, input)),

  withdraw: editor
    .meta({
      openapi: {
        method: 'POST',
        path: '/loads/{load_id}/withdraw',
        tags,
        summary: 'Take a load back; nothing is deleted',
      },
    })
    .input(load.extend({ reason: reason.min(1, 'say why') }))
    .output(decidedLoad)
    .mutation(({ ctx, input }) => decideLoad(ctx, { ...input, decision: 'withdraw' })),

  restore: editor
    .meta({
      openapi: { method: 'POST', path: '/loads/{load_id}/restore', tags, summary: 'Bring a withdrawn load back' },
    })
    .input(load.extend({ reason: reason.default('') }))
    .output(decidedLoad)
    .mutation(({ ctx, input }) => decideLoad(ctx, { ...input, decision: 'restore' })),

  release: editor
    .meta({ openapi: { method: 'POST', path: '/loads/{load_id}/release', tags, summary: 'Publish a held load' } })
    .input(load.extend({ reason: reason.default('') }))
    .output(decidedLoad)
    .mutation(({ ctx, input }) => decideLoad(ctx, { ...input, decision: 'release' })),
});
