import type { ServerResponse } from 'node:http';
import { problemBody, problemStatus, type RequestProblem } from '../problem.ts';

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store');
  response.end(JSON.stringify(body));
}

/** Answers with a problem: code, sentence, request id. */
export function answerProblem(response: ServerResponse, problem: RequestProblem, request_id: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (problem.code === 'too_many_requests' || problem.code === 'unavailable') response.setHeader('Retry-After', '5');
  if (problem.code === 'unauthenticated') response.setHeader('WWW-Authenticate', 'Bearer');
  answerJson(response, problemStatus[problem.code], problemBody(problem, request_id));
}
