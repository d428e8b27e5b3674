import { extraKeys, sourceColumns, type Commit, type Load } from '@assay/clickhouse';
import { didYouMean } from '@assay/rules';
import { recordDeed } from '../audit-trail.ts';
import { RequestProblem } from '../problem.ts';
import { acceptColumns } from '../source/accept-columns.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { findSource } from '../source/find-source.ts';
import { findCommittedLoad } from './find-load.ts';
import { beginReload, whyNotRead } from './reload-load.ts';

/**
 * Declares types of columns for the source of a load and reads its file again with them, in one step: values that do not fit are type errors
 * from then on. What is read takes the place of what counted before once it is judged.
 */
export async function declareColumns(
  ctx: AuthorizedContext,
  input: { load_id: string; columns: readonly { name: string; type: string }[]; why: string },
): Promise<{ load_id: string; workflow_id: string; workflow_url: string }> {
  const { load_id, columns } = input;
  const { load, commit } = await findCommittedLoad(ctx, load_id);
  const reason = await whyNotRead(ctx, load, commit);
  if (reason !== '')
    throw new RequestProblem('conflict', `The file of load ${load_id} cannot be read again. ${reason}`);
  await expectColumns(ctx, { load, commit, columns });
  const why = input.why === '' ? `declared for ${load.file}` : input.why;
  await acceptColumns(ctx, { source: load.source, columns, why, expected_version: null });
  const begun = await beginReload(ctx, load);
  await recordDeed(ctx, {
    action: 'load.declare',
    subject: `load:${load_id}`,
    before: { state: load.state },
    after: { columns, workflow_id: begun.workflow_id },
  });
  return begun;
}

/** As many keys of a load as are looked at. */
const keysMost = 200;

/** A column that neither the source nor the file has is a mistake. Throws `invalid_input` with what was likely meant. */
async function expectColumns(
  ctx: AuthorizedContext,
  asked: { load: Load; commit: Commit | undefined; columns: readonly { name: string }[] },
): Promise<void> {
  const { load, commit, columns } = asked;
  // Rows that are lost cannot tell which keys they had.
  if (commit === undefined || load.damage !== '') return;
  const { source_id, load_id, chunk_ids } = commit;
  const [source, keys] = await Promise.all([
    findSource(ctx, load.source),
    extraKeys(ctx.db, { source_id, load_id, chunk_ids }),
  ]);
  const undeclared = keys.map((key) => key.name);
  const known = [...sourceColumns(source).map((column) => column.name), ...undeclared];
  const missing = columns.find(({ name }) => !known.includes(name));
  if (missing === undefined || keys.length === keysMost) return;
  const near = didYouMean(missing.name, known);
  const ends = near === '' ? '.' : near;
  const seen = undeclared.length === 0 ? '' : ` Not declared yet: ${undeclared.slice(0, 20).join(', ')}.`;
  throw new RequestProblem('invalid_input', `${load.file} has no column ${JSON.stringify(missing.name)}${ends}${seen}`);
}
