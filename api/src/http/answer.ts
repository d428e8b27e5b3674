import type { ServerResponse } from 'node:http';
import { problemBody, problemStatus, type RequestProblem } from '../problem.ts';
import { trpcAnswer } from '../trpc.ts';

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify(body));
}

/** Answers with a problem: code, sentence, request id; a client of tRPC finds the same where it looks for it. */
export function answerProblem(
  response: ServerResponse,
  problem: RequestProblem,
  { request_id, dialect }: { request_id: string; dialect: 'rest' | 'trpc' },
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (problem.code === 'too_many_requests' || problem.code === 'unavailable') response.setHeader('Retry-After', '5');
  if (problem.code === 'unauthenticated') response.setHeader('WWW-Authenticate', 'Bearer');
  const body = dialect === 'trpc' ? trpcAnswer(problem, request_id) : problemBody(problem, request_id);
  answerJson(response, problemStatus[problem.code], body);
}
