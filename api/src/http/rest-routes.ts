import { decodeSegment } from './decode-segment.ts';
import type { OpenApiDocument, Operation } from './openapi.ts';

export interface RestRoute {
  readonly operation: Operation;
  /** The procedure, such as `['load', 'get']`. */
  readonly procedure: readonly [string, string];
  readonly method: string;
}

export interface FoundRoute {
  readonly route: RestRoute;
  readonly path: Readonly<Record<string, string>>;
}

export type RouteAnswer =
  | { readonly kind: 'found'; readonly found: FoundRoute }
  | { readonly kind: 'wrong_method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

/** Finds the operation of a request by the paths of the OpenAPI document, so that what is described is what is served. */
export function createRouteFinder(document: OpenApiDocument): (method: string, path: string) => RouteAnswer {
  const routes = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const [router, name, ...rest] = operation.operationId.split('-');
      if (router === undefined || name === undefined || rest.length > 0) return [];
      const procedure: [string, string] = [router, name];
      return [{ segments: template.split('/'), route: { operation, procedure, method: method.toUpperCase() } }];
    }),
  );

  return (method, path) => {
    const given = path.split('/');
    const matching = routes.flatMap(({ segments, route }) => {
      const values = matchPath(segments, given);
      return values === undefined ? [] : [{ route, path: values }];
    });
    const found = matching.find(({ route }) => route.method === method);
    if (found !== undefined) return { kind: 'found', found };
    if (matching.length === 0) return { kind: 'unknown' };
    return { kind: 'wrong_method', allowed: matching.map(({ route }) => route.method) };
  };
}

function matchPath(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [place, segment] of segments.entries()) {
    const text = given[place] ?? '';
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name === undefined) {
      if (segment !== text) return undefined;
      continue;
    }
    if (text === '') return undefined;
    values[name] = decodeSegment(text);
  }
  return values;
}
