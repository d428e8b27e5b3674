import { id } from '@assay/clickhouse';
import { didYouMean, sourceName } from '@assay/rules';
import { z } from 'zod';
import { invalidInput } from '../to-problem.ts';
import { RequestProblem } from '../problem.ts';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const unnamed = 'say what the file is called: ?file=NAME';

const uploadRequest = z.object({
  source: sourceName,
  /** The name as the sender gives it: data, never a path. */
  file: z
    .string({ error: ({ input }) => (input === undefined ? unnamed : undefined) })
    .min(1, unnamed)
    .max(1_024),
  backfill: flag.default(false),
  replaces: id.default('0'),
  again: flag.default(false),
});
export type UploadRequest = z.infer<typeof uploadRequest>;

const taken = Object.keys(uploadRequest.shape).filter((name) => name !== 'source');

/** What an upload asks for, from its address. Throws `invalid_input`. */
export function readUploadRequest(source: string, query: URLSearchParams): UploadRequest {
  const strange = [...query.keys()].find((name) => !Object.hasOwn(uploadRequest.shape, name) || name === 'source');
  if (strange !== undefined) {
    throw new RequestProblem(
      'invalid_input',
      `There is no query parameter ${strange} here${didYouMean(strange, taken) || `: it takes ${taken.join(', ')}.`}`,
    );
  }
  const twice = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1);
  if (twice !== undefined) throw new RequestProblem('invalid_input', `The query parameter ${twice} is given twice.`);
  const read = uploadRequest.safeParse({ ...Object.fromEntries(query), source });
  if (!read.success) throw invalidInput(read.error);
  return read.data;
}
