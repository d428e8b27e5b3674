import { columnTypeProblem } from '@assay/rules';
import { sourceColumns } from '@assay/clickhouse';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem, sentence } from '../problem.ts';
import type { SourceDocument } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findSource } from './find-source.ts';
import { documentOfSource } from './read-source.ts';

/** Declares columns that files brought, or gives declared ones another type; from the next file on. */
export async function acceptColumns(
  ctx: AuthorizedContext,
  input: {
    source: string;
    columns: readonly { name: string; type: string }[];
    why: string;
    expected_version: number | null;
  },
): Promise<SourceDocument> {
  const source = await findSource(ctx, input.source);
  for (const [place, { name, type }] of input.columns.entries()) {
    const problem = columnTypeProblem(type);
    if (problem !== undefined) throw new RequestProblem('invalid_input', sentence(`Column ${name}: ${problem}`));
    if (input.columns.findIndex((column) => column.name === name) < place) {
      throw new RequestProblem('invalid_input', `Column ${name} is here twice: keep one of them.`);
    }
  }
  const { actor, tenant } = ctx.caller;
  const why = input.why === '' ? `accepted ${input.columns.map((column) => column.name).join(', ')}` : input.why;
  await ctx.services.orchestrator.editSource({
    ref: { tenant, source: input.source },
    if_new: null,
    edit: { kind: 'put_columns', columns: input.columns, actor, why, expected_version: input.expected_version },
    update_id: ctx.request_id,
  });
  await recordDeed(ctx, {
    action: 'source.accept_columns',
    subject: `source:${input.source}`,
    before: sourceColumns(source),
    after: input.columns,
  });
  return documentOfSource(ctx, input.source);
}
