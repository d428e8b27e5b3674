import { z } from 'zod';
import { RequestProblem } from '../problem.ts';
import { answerJson } from './answer.ts';
import type { Authenticate } from './authenticate.ts';
import { readJson } from './read-json.ts';
import type { Route } from './routes.ts';
import { setSessionKey } from './session.ts';

const login = z.strictObject({ key: z.string() });

/** `POST /api/v1/session` remembers a key in the browser, `DELETE` forgets it. */
export function sessionRoute(authenticate: Authenticate, options: { secure: boolean }): Route {
  return async ({ request, response, url }) => {
    if (url.pathname !== '/api/v1/session') return 'not_mine';
    if (request.method === 'DELETE') {
      setSessionKey(response, '', options);
      answerJson(response, 200, { signed_in: false });
      return 'answered';
    }
    if (request.method !== 'POST')
      throw new RequestProblem('method_not_allowed', '/api/v1/session takes POST and DELETE.');
    const read = login.safeParse(await readJson(request));
    if (!read.success) throw new RequestProblem('invalid_input', 'Send {"key": "assay_…"}.');
    request.headers.authorization = `Bearer ${read.data.key}`;
    const caller = await authenticate(request);
    setSessionKey(response, read.data.key, options);
    answerJson(response, 200, { signed_in: true, actor: caller?.actor ?? '', role: caller?.role ?? '' });
    return 'answered';
  };
}
