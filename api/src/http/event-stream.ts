import type { IncomingMessage, ServerResponse } from 'node:http';
import { id } from '@assay/clickhouse';
import { didYouMean } from '@assay/rules';
import { RequestProblem } from '../problem.ts';
import type { AuthorizedContext } from '../trpc.ts';

const pingEvery_ms = 15_000;

/**
 * Live events of the caller's tenant as server-sent events. The id of each resumes the stream: `Last-Event-ID`, or `?last_event_id`
 * where headers cannot be set. Throws RequestProblem before the first byte.
 */
export async function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  call: { ctx: AuthorizedContext; url: URL },
): Promise<void> {
  const { ctx, url } = call;
  const strange = [...url.searchParams.keys()].find((name) => name !== 'last_event_id');
  if (strange !== undefined) {
    throw new RequestProblem(
      'invalid_input',
      `There is no query parameter ${strange} here${didYouMean(strange, ['last_event_id']) || ': it takes last_event_id.'}`,
    );
  }
  const from = request.headers['last-event-id'] ?? url.searchParams.get('last_event_id') ?? undefined;
  if (from !== undefined && !id.safeParse(from).success) {
    throw new RequestProblem('invalid_input', 'Last-Event-ID must be the id of an event that this stream has sent.');
  }
  const last_event_id = typeof from === 'string' ? from : undefined;
  const gone = new AbortController();
  response.on('close', () => {
    gone.abort();
  });
  const events = await ctx.services.feed.listen(ctx.caller.tenant, { last_event_id, signal: gone.signal });
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.write(': connected\n\n');
  const ping = setInterval(() => response.write(': ping\n\n'), pingEvery_ms);
  try {
    for await (const event of events) {
      response.write(`id: ${event.event_id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
  } finally {
    clearInterval(ping);
    response.end();
  }
}
