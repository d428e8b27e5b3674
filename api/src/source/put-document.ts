import { newId, sourceByName } from '@assay/clickhouse';
import { recordDeed } from '../audit-trail.ts';
import type { SourceDocument as Declared } from '@assay/rules';
import { differenceTo, readWritten, textsOf, type WrittenDocument } from '../documents.ts';
import { RequestProblem } from '../problem.ts';
import type { Plan, SourceDocument } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { storedDocumentOf } from './find-source.ts';
import { documentOfSource } from './read-source.ts';

interface Written {
  readonly source: string;
  readonly yaml?: string | undefined;
  readonly document?: Readonly<Record<string, unknown>> | undefined;
}

/** What a document would change, and what is wrong with it. */
export async function planDocument(ctx: AuthorizedContext, input: Written): Promise<Plan> {
  const read = readWritten(writtenIn(input));
  const stored = await sourceByName(ctx.db, input.source);
  const about = { source: input.source, exists: stored !== undefined, version: stored?.version ?? null };
  if (!read.ok) return { ...about, equal: false, changes: [], problems: [...read.problems] };
  refuseOtherName(input.source, read.value);
  if (stored === undefined) return { ...about, equal: false, changes: [], problems: [] };
  const changes = differenceTo(await storedDocumentOf(ctx, stored), read.value);
  return { ...about, equal: changes.length === 0, changes, problems: [] };
}

/** Makes a source what a document says; one that does not exist comes into being. */
export async function putDocument(
  ctx: AuthorizedContext,
  input: Written & { why: string; expected_version: number | null },
): Promise<SourceDocument & { changed: boolean }> {
  const { orchestrator, now } = ctx.services;
  const read = readWritten(writtenIn(input));
  if (!read.ok) {
    const [first] = read.problems;
    const where = first?.line === undefined || first.line === null ? '' : ` in line ${first.line}`;
    throw new RequestProblem('invalid_input', `The document is not valid${where}: ${first?.message ?? ''}.`, {
      fields: read.problems,
    });
  }
  refuseOtherName(input.source, read.value);
  const before = await sourceByName(ctx.db, input.source);
  const stored = before === undefined ? undefined : await storedDocumentOf(ctx, before);
  if (stored !== undefined && differenceTo(stored, read.value).length === 0) {
    return { ...(await documentOfSource(ctx, input.source)), changed: false };
  }
  const { document, columns, rules } = textsOf(read.value, input.source, stored);
  const { actor, tenant } = ctx.caller;
  const state = await orchestrator.editSource({
    ref: { tenant, source: input.source },
    if_new: { source_id: newId(now()), rules, actor },
    edit: {
      kind: 'put_document',
      document,
      columns,
      rules,
      actor,
      why: input.why,
      expected_version: before === undefined ? null : input.expected_version,
    },
    update_id: ctx.request_id,
  });
  await recordDeed(ctx, {
    action: 'source.put_document',
    subject: `source:${input.source}`,
    before: before === undefined ? undefined : { version: before.version },
    after: { version: String(state.version) },
  });
  return { ...(await documentOfSource(ctx, input.source)), changed: true };
}

function writtenIn(input: Written): WrittenDocument {
  const { yaml, document } = input;
  if ((yaml === undefined) === (document === undefined)) {
    throw new RequestProblem('invalid_input', 'Send the document either as `yaml` or as `document`.');
  }
  return document === undefined ? { kind: 'yaml', text: yaml ?? '' } : { kind: 'json', document };
}

function refuseOtherName(name: string, read: Declared): void {
  if (read.source !== null && read.source !== name) {
    throw new RequestProblem(
      'invalid_input',
      `The document is for the source ${read.source}, not for ${name}: change its field \`source\` or send it there.`,
    );
  }
}
