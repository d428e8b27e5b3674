import { authorize } from '../authorize.ts';
import { RequestProblem } from '../problem.ts';
import { bodyOfRequest } from '../upload/file-body.ts';
import type { Pace } from '../upload/paced-body.ts';
import { receiveFile } from '../upload/receive-file.ts';
import { readUploadRequest } from '../upload/upload-request.ts';
import { answerJson } from './answer.ts';
import { decodeSegment } from './decode-segment.ts';
import type { Route } from './routes.ts';

const address = /^\/api\/v1\/sources\/([^/]+)\/files$/;

/** `POST /api/v1/sources/:source/files?file=NAME`: the body is the file. */
export function uploadRoute(pace: Pace): Route {
  return async ({ request, response, url, context }) => {
    const source = address.exec(url.pathname)?.[1];
    if (source === undefined) return 'not_mine';
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      throw new RequestProblem('method_not_allowed', `${url.pathname} takes POST.`);
    }
    const type = (request.headers['content-type'] ?? 'application/octet-stream').split(';')[0]?.trim().toLowerCase();
    if (type === 'multipart/form-data' || type === 'application/x-www-form-urlencoded') {
      throw new RequestProblem(
        'unsupported_media_type',
        'Send the bytes of the file as the body, as application/octet-stream, not as a form.',
      );
    }
    const ctx = authorize(await context(), 'editor');
    const upload = readUploadRequest(decodeSegment(source), url.searchParams);
    const receipt = await receiveFile(ctx, { ...upload, body: bodyOfRequest(request, pace) });
    response.setHeader('Location', receipt.url);
    answerJson(response, 202, receipt);
    return 'answered';
  };
}
