import { emitEvent, newId, sourceByName, timestampOf, writeSourceVersion } from '@assay/clickhouse';
import type { RuleText, SourceEdit } from '@assay/workflows';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

/** What a new source begins with. */
export interface FirstVersion {
  readonly rules: readonly RuleText[];
  readonly edit: Extract<SourceEdit, { kind: 'put_document' | 'put_columns' }>;
}

/**
 * Brings a source into being, by its workflow. While Temporal or its workers are away the first version is written here: a source that
 * nobody has written has no writer yet, and its workflow begins with what is stored. Two that come at once become one.
 */
export async function createSource(
  ctx: AuthorizedContext,
  name: string,
  first: FirstVersion,
): Promise<{ source_id: string; version: string }> {
  const { orchestrator, uploads, now } = ctx.services;
  const { actor, tenant } = ctx.caller;
  return uploads.contents.run(`source ${tenant} ${name}`, async () => {
    const present = await sourceByName(ctx.db, name);
    if (present !== undefined && first.edit.kind === 'put_columns') return present;
    const source_id = newId(now());
    try {
      const state = await orchestrator.editSource({
        ref: { tenant, source: name },
        if_new: { source_id, rules: first.rules, actor },
        edit: first.edit,
        update_id: ctx.request_id,
      });
      return { source_id: state.source_id, version: String(state.version) };
    } catch (error) {
      if (!(error instanceof RequestProblem && error.code === 'unavailable')) throw error;
      return writeFirst(ctx, { name, source_id, first, away: error });
    }
  });
}

async function writeFirst(
  ctx: AuthorizedContext,
  { name, source_id, first, away }: { name: string; source_id: string; first: FirstVersion; away: RequestProblem },
): Promise<{ source_id: string; version: string }> {
  const { db, caller, services } = ctx;
  const { rules, edit } = first;
  // Its workflow may have come so far before it stopped answering.
  const present = await sourceByName(db, name);
  if (present !== undefined) {
    if (edit.kind === 'put_columns') return present;
    throw away;
  }
  const made = {
    source_id,
    version: '1',
    changed_at: timestampOf(services.now()),
    changed_by: caller.actor,
    why: edit.why === '' ? 'first seen' : edit.why,
    deleted: false,
  };
  const { document, columns } = edit.kind === 'put_document' ? edit : { document: '{}', columns: [] };
  await writeSourceVersion(db, {
    source: { ...made, name, document, columns: JSON.stringify(columns) },
    rules: rules.map((rule) => ({ ...made, ...rule })),
  });
  await emitEvent(db, { type: 'source.changed', ids: { source: name }, data: { version: '1' }, now: services.now() });
  services.log.warn({ source: name, err: away.cause }, 'Temporal is away: the source begins without its workflow');
  // Of two that began at once every reader takes the same.
  return (await sourceByName(db, name)) ?? { source_id, version: '1' };
}
