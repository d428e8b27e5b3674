import { authorize } from '../authorize.ts';
import { readiness } from '../health/health.ts';
import { createMetrics } from '../health/metrics.ts';
import { RequestProblem } from '../problem.ts';
import type { Services } from '../services.ts';
import { answerJson } from './answer.ts';
import type { Route } from './routes.ts';

const addresses = new Set(['/health', '/health/live', '/health/ready', '/metrics']);

/** `/health`, `/health/live` and `/health/ready` without a key; `/metrics` with one where keys are needed. */
export function healthRoute(services: Services, options: { data_dir: string; uploads_open: () => number }): Route {
  const metrics = createMetrics(services, { data_dir: options.data_dir, http: { uploads_open: options.uploads_open } });
  return async ({ request, response, url, context }) => {
    if (!addresses.has(url.pathname)) return 'not_mine';
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      throw new RequestProblem('method_not_allowed', `${url.pathname} takes GET.`);
    }
    switch (url.pathname) {
      case '/health': {
        const uptime_s = Math.round((services.now() - services.started_at) / 1_000);
        answerJson(response, 200, { status: 'ok', version: services.version, uptime_s });
        return 'answered';
      }
      case '/health/live':
        answerJson(response, 200, { status: 'ok' });
        return 'answered';
      case '/health/ready': {
        const { folder, disk_floor: floor } = services.uploads.limits;
        const conditions = await readiness({ ...services, disk: { folder, floor }, data_dir: options.data_dir });
        const ready = conditions.every((condition) => condition.ok);
        answerJson(response, ready ? 200 : 503, { status: ready ? 'ok' : 'not_ready', conditions });
        return 'answered';
      }
      case '/metrics': {
        const { db } = authorize(await context(), 'viewer');
        const text = await metrics.text(db);
        response.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }).end(text);
        return 'answered';
      }
      default:
        return 'not_mine';
    }
  };
}
