import { sourceByName } from '@assay/clickhouse';
import type { SourceDocument as Declared } from '@assay/rules';
import { recordDeed } from '../audit-trail.ts';
import { beginningOf, differenceTo, placedIn, readWritten, textsOf, type WrittenDocument } from '../documents.ts';
import { RequestProblem, sentence } from '../problem.ts';
import type { Problem } from '../shapes/problem.ts';
import type { Plan, SourceDocument } from '../shapes/source.ts';
import type { AuthorizedContext } from '../trpc.ts';
import { createSource } from './create-source.ts';
import { documentProblems } from './document-problems.ts';
import { storedDocumentOf } from './find-source.ts';
import { documentOfSource } from './read-source.ts';

interface Written {
  readonly source: string;
  readonly yaml?: string | undefined;
  readonly document?: Readonly<Record<string, unknown>> | undefined;
}

/** What a document would change, and what is wrong with it. */
export async function planDocument(ctx: AuthorizedContext, input: Written): Promise<Plan> {
  const written = writtenIn(input);
  const read = readWritten(written);
  const present = await presentOf(ctx, input.source);
  const about = {
    source: input.source,
    exists: present !== undefined,
    version: present?.source.version ?? null,
  };
  if (!read.ok) return { ...about, equal: false, changes: [], problems: [...read.problems] };
  refuseOtherName(input.source, read.value);
  const problems = placedIn(written, await documentProblems(ctx, read.value, present));
  const changes =
    present === undefined ? beginningOf(input.source, read.value) : differenceTo(present.stored, read.value);
  const equal = present !== undefined && changes.length === 0;
  return { ...about, equal, changes, problems: equal ? [] : problems };
}

/** Makes a source what a document says; one that does not exist comes into being. */
export async function putDocument(
  ctx: AuthorizedContext,
  input: Written & { why: string; expected_version: number | null },
): Promise<SourceDocument & { changed: boolean }> {
  const written = writtenIn(input);
  const read = readWritten(written);
  if (!read.ok) throw invalidDocument(read.problems);
  refuseOtherName(input.source, read.value);
  const present = await presentOf(ctx, input.source);
  if (present !== undefined && differenceTo(present.stored, read.value).length === 0) {
    return { ...(await documentOfSource(ctx, input.source)), changed: false };
  }
  const problems = placedIn(written, await documentProblems(ctx, read.value, present));
  if (problems.length > 0) throw invalidDocument(problems);

  const { document, columns, rules } = textsOf(read.value, input.source, present?.stored);
  const { actor, tenant } = ctx.caller;
  const edit = { kind: 'put_document', document, columns, rules, actor, why: input.why } as const;
  const { version } =
    present === undefined
      ? await createSource(ctx, input.source, { rules, edit: { ...edit, expected_version: null } })
      : await ctx.services.orchestrator.editSource({
          ref: { tenant, source: input.source },
          if_new: { source_id: present.source.source_id, rules, actor },
          edit: { ...edit, expected_version: input.expected_version },
          update_id: ctx.request_id,
        });
  await recordDeed(ctx, {
    action: 'source.put_document',
    subject: `source:${input.source}`,
    before: present === undefined ? undefined : { version: present.source.version },
    after: { version: String(version) },
  });
  return { ...(await documentOfSource(ctx, input.source)), changed: true };
}

async function presentOf(ctx: AuthorizedContext, name: string) {
  const source = await sourceByName(ctx.db, name);
  return source === undefined ? undefined : { source, stored: await storedDocumentOf(ctx, source) };
}

function invalidDocument(problems: readonly Problem[]): RequestProblem {
  const [first] = problems;
  const where = first === undefined || first.line === null ? '' : ` in line ${first.line}`;
  return new RequestProblem('invalid_input', sentence(`The document is not valid${where}: ${first?.message ?? ''}`), {
    fields: problems,
  });
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
