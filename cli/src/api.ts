import type { AppRouter } from '@assay/api';
import { createTRPCClient, httpLink, TRPCClientError, type TRPCClient } from '@trpc/client';
import { z } from 'zod';
import { findApi } from './running-copy.ts';
import { Stop } from './stop.ts';

/** The API as this command line uses it. */
export interface Api {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly client: TRPCClient<AppRouter>;
}

/** Finds the API; nothing is asked of it yet. Throws Stop when none runs. */
export function openApi(env: Readonly<Record<string, string | undefined>>): Api {
  const url = findApi(env);
  const key = env['ASSAY_API_KEY'];
  if (key !== undefined && !/^[\x21-\x7e]*$/.test(key)) {
    throw new Stop(
      'ASSAY_API_KEY holds characters that no key has: copy the key again, without blanks or line breaks.',
    );
  }
  const headers = {
    'X-Assay-Client': 'cli',
    ...(key === undefined || key === '' ? {} : { Authorization: `Bearer ${key}` }),
  };
  return { url, headers, client: createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] }) };
}

const problem = z.object({
  code: z.string(),
  request_id: z.string(),
  fields: z.array(
    z.object({ path: z.array(z.union([z.string(), z.number()])), line: z.number().nullable(), message: z.string() }),
  ),
});

/** The code of a refusal by the API, or undefined when it was something else. */
export function refusalCode(error: unknown): string | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  const told = problem.safeParse(error.data);
  return told.success ? told.data.code : undefined;
}

/** Whatever went wrong between here and the API, as a sentence. */
export function toStop(error: unknown, url: string): unknown {
  if (!(error instanceof TRPCClientError)) return error;
  const told = problem.safeParse(error.data);
  if (!told.success) return isForeign(error) ? notAssay(url) : notAnswering(url, error);
  const { code, request_id, fields } = told.data;
  const rest = fields.slice(1).map(({ path, line, message }) => {
    const place = line === null ? path.join('.') : `line ${line}`;
    return `  ${place}: ${message}`;
  });
  const trace = code === 'internal' ? ` (request ${request_id})` : '';
  const key = code === 'unauthenticated' ? ` ${aboutKeys}` : '';
  return new Stop([`${error.message}${trace}${key}`, ...rest].join('\n'));
}

const aboutKeys = 'Set ASSAY_API_KEY to a key that works; `assay keys create` on the machine of Assay makes one.';

/** The Stop for an address where nothing answers; `cause` is what fetch or a socket threw. */
export function notAnswering(url: string, cause: unknown): Stop {
  const why = cause instanceof Error ? rootMessage(cause) : 'no answer';
  return new Stop(
    `Assay does not answer at ${url} (${why}). Start it with \`npx -y pnpm@12 start\`, or set ASSAY_URL to where it runs.`,
  );
}

/** Something else listens there, or something between here and Assay answers in its place. */
export function notAssay(url: string): Stop {
  return new Stop(`What answers at ${url} is not Assay. Set ASSAY_URL to where it runs.`);
}

/** An answer came, but none that tRPC can read. */
function isForeign({ cause, message }: { readonly cause?: unknown; readonly message: string }): boolean {
  return cause instanceof SyntaxError || message.includes('transform response');
}

function rootMessage(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return rootMessage(error.errors[0]);
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}
