import {
  receivedLoad,
  emitEvent,
  finalStates,
  loadById,
  loadsByContent,
  newId,
  othersInPlace,
  sourceByName,
  timestampOf,
  writeArrival,
  writeLoad,
  type Load,
  type Manifest,
  type ReceivedBytes,
  type SourceVersion,
} from '@assay/clickhouse';
import { parseDocument, starterRules } from '@assay/rules';
import { fileWorkflowId, ruleTexts } from '@assay/workflows';
import { findLoad } from '../load/find-load.ts';
import { recheckLoad } from '../load/recheck-load.ts';
import type { StartedFile } from '../orchestrator.ts';
import { RequestProblem } from '../problem.ts';
import type { Receipt } from '../shapes/load.ts';
import { createSource } from '../source/create-source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import type { FileBody } from './file-body.ts';
import { takeBytes, type TakeLimits } from './take-bytes.ts';
import type { UploadRequest } from './upload-request.ts';
import type { UploadSlots } from './upload-slots.ts';

export interface UploadDeps {
  readonly slots: UploadSlots;
  /** Uploads of the same content to the same source wait for each other. */
  readonly contents: OneAtATime;
  readonly limits: TakeLimits;
}

/**
 * Receives a file: its bytes are on disk before anything is said about it, and once it is accepted it is never forgotten. Content that
 * the source had before is reported as the load it was. Throws RequestProblem and FileTooLargeError.
 */
export async function receiveFile(
  ctx: AuthorizedContext,
  upload: UploadRequest & { body: FileBody },
): Promise<Receipt> {
  const deps = ctx.services.uploads;
  using _slot = await deps.slots.take();
  if (upload.replaces !== '0') await requireReplaceable(ctx, upload);
  const load_id = newId(ctx.services.now());
  const stored = await sourceByName(ctx.db, upload.source);
  const received = await takeBytes(ctx, { body: upload.body, load_id }, withSourceLimit(deps.limits, stored));
  const content = `${ctx.caller.tenant} ${upload.source} ${received.sha256}`;
  try {
    return await deps.contents.run(content, () => accept(ctx, { ...upload, load_id, received }));
  } catch (error) {
    if ((await ctx.services.inbox.manifest(load_id)) === undefined) await ctx.services.inbox.discard(load_id);
    throw error;
  }
}

type Arrived = UploadRequest & { readonly load_id: string; readonly received: ReceivedBytes };

async function accept(ctx: AuthorizedContext, file: Arrived): Promise<Receipt> {
  const { inbox, now } = ctx.services;
  const [known, present] = await Promise.all([
    loadsByContent(ctx.db, file.source, file.received.sha256),
    sourceByName(ctx.db, file.source),
  ]);
  // What a deleted source of the same name left, such as files that were on their way, is another's.
  const before = known.find((load) => load.state !== 'expired' && load.source_id === present?.source_id);
  const healed = before !== undefined && (await isLost(ctx, before)) ? before : undefined;
  // What was refused can be read again: its source may allow more by now.
  const isReread = healed !== undefined || (file.again && before?.state === 'refused');
  if (before !== undefined && !isReread) return reportKnown(ctx, file, before);
  if (file.replaces !== '0') await requireFreePlace(ctx, file.replaces);
  // The inbox takes a content once: what it has of loads that are gone makes way.
  for (const load of known) await inbox.discard(load.load_id);

  const source_id = present?.source_id ?? (await createFromFile(ctx, file.source));
  const { actor, tenant } = ctx.caller;
  const { source, load_id, backfill } = file;
  const replaces = file.replaces === '0' ? (healed?.load_id ?? '0') : file.replaces;
  const { sha256, bytes } = file.received;
  const received_at = timestampOf(now());
  const about: Manifest = {
    tenant,
    load_id,
    source_id,
    source,
    file: file.file,
    sha256,
    bytes,
    received_at,
    actor,
    backfill,
    replaces,
    attempt: known.length + 1,
  };
  const accepted = await inbox.accept(file.received, about);
  const started = await startOrLeave(ctx, accepted);
  if (accepted.load_id !== load_id || started.duplicate) {
    const { load_id: first } = started;
    return reportKnown(
      ctx,
      file,
      (await loadById(ctx.db, first)) ?? receivedLoad({ ...accepted, load_id: first }, started),
    );
  }
  const load = receivedLoad(about, started);
  await Promise.all([
    writeLoad(ctx.db, load),
    noteArrival(ctx, { load, file, duplicate: false }),
    emitEvent(ctx.db, {
      type: 'load.received',
      ids: { source, load_id },
      data: { file: file.file, bytes },
      now: now(),
    }),
  ]);
  return receiptOf(ctx, load, { duplicate: false, file: file.file, recheck_workflow_id: '' });
}

/** Of a damaged load whose bytes are gone, too, the file itself is all that helps: sent again, it takes the place of that load. */
async function isLost(ctx: AuthorizedContext, load: Load): Promise<boolean> {
  if (load.damage === '') return false;
  const about = await ctx.services.inbox.manifest(load.load_id);
  return about === undefined || !(await ctx.services.inbox.intact(about));
}

/** The file is accepted whatever becomes of this: while Temporal is away, the worker's reconciler starts it later. */
async function startOrLeave(ctx: AuthorizedContext, about: Manifest): Promise<StartedFile> {
  try {
    return await ctx.services.orchestrator.startFile(about);
  } catch (error) {
    if (!(error instanceof RequestProblem && error.code === 'unavailable')) throw error;
    ctx.services.log.warn(
      { load_id: about.load_id, err: error.cause },
      'Temporal is away: the file is kept and started later',
    );
    return { load_id: about.load_id, workflow_id: fileWorkflowId(about), run_id: '', duplicate: false };
  }
}

/** Nothing is done twice: the bytes go, the receipt of them stays on record. */
async function reportKnown(ctx: AuthorizedContext, file: Arrived, load: Load): Promise<Receipt> {
  await ctx.services.inbox.discard(file.load_id);
  if (file.replaces !== '0' && file.replaces !== load.load_id && file.replaces !== load.replaces) {
    throw new RequestProblem(
      'conflict',
      `This content is load ${load.load_id} already, so it cannot take the place of ${file.replaces}: withdraw that one instead.`,
    );
  }
  await noteArrival(ctx, { load, file, duplicate: true });
  const recheck_workflow_id = file.again ? (await recheckLoad(ctx, load.load_id)).workflow_id : '';
  return receiptOf(ctx, load, { duplicate: true, file: file.file, recheck_workflow_id });
}

/** Comes into being without a document; its first file decides the columns. */
async function createFromFile(ctx: AuthorizedContext, source: string): Promise<string> {
  const { actor } = ctx.caller;
  const created = await createSource(ctx, source, {
    rules: ruleTexts(starterRules()),
    edit: { kind: 'put_columns', columns: [], actor, why: '', expected_version: null },
  });
  return created.source_id;
}

async function noteArrival(
  ctx: AuthorizedContext,
  arrived: { load: Load; file: Arrived; duplicate: boolean },
): Promise<void> {
  const { load, file, duplicate } = arrived;
  const now = ctx.services.now();
  await writeArrival(ctx.db, {
    source_id: load.source_id,
    arrival_id: newId(now),
    arrived_at: timestampOf(now),
    load_id: load.load_id,
    file: file.file,
    bytes: file.received.bytes,
    sha256: file.received.sha256,
    duplicate,
    received_by: ctx.caller.actor,
  });
}

async function requireReplaceable(ctx: AuthorizedContext, upload: UploadRequest): Promise<void> {
  const replaced = await findLoad(ctx, upload.replaces);
  if (replaced.source !== upload.source) {
    throw new RequestProblem(
      'conflict',
      `Load ${upload.replaces} is of the source ${replaced.source}, not of ${upload.source}.`,
    );
  }
  if (!finalStates.includes(replaced.state)) {
    throw new RequestProblem(
      'conflict',
      `Load ${upload.replaces} is still ${replaced.state}: it can be replaced when it is done.`,
    );
  }
}

/** Asked once the content is known: the same file sent once more is the load that took the place, and no other. */
async function requireFreePlace(ctx: AuthorizedContext, replaces: string): Promise<void> {
  const replaced = await findLoad(ctx, replaces);
  const [there] = await othersInPlace(ctx.db, replaced);
  if (there !== undefined) {
    const file = (await loadById(ctx.db, there.load_id))?.file ?? '';
    throw new RequestProblem(
      'conflict',
      `Load ${there.load_id} (${file}) is published in the place of load ${replaces} by now: send this file to replace load ${there.load_id} instead.`,
    );
  }
  if (replaced.committed_at === null || replaced.state === 'withdrawn' || replaced.state === 'expired') {
    throw new RequestProblem('conflict', `Load ${replaces} is ${replaced.state}: there is nothing of it to replace.`);
  }
}

function withSourceLimit(limits: TakeLimits, source: SourceVersion | undefined): TakeLimits {
  const own = source === undefined ? null : parseDocument(JSON.parse(source.document)).limits.bytes_in_max;
  return own === null ? limits : { ...limits, bytes_max: Math.min(own, limits.bytes_max) };
}

function receiptOf(
  ctx: AuthorizedContext,
  load: Load,
  receipt: Pick<Receipt, 'duplicate' | 'file' | 'recheck_workflow_id'>,
): Receipt {
  const { load_id, source, bytes, sha256, state } = load;
  return { load_id, url: ctx.services.links.load(load_id), source, bytes, sha256, state, ...receipt };
}
