import { didYouMean } from '@assay/rules';
import { RequestProblem } from '../problem.ts';
import type { Operation } from './openapi.ts';

/**
 * The query of a request as the values its operation describes. Text that is not of the described type is left as it is, for the schema
 * to refuse with its own sentence. Throws `invalid_input` for a name the operation does not have, or one that is given twice.
 */
export function queryInput(operation: Operation, query: URLSearchParams): Record<string, unknown> {
  const known = new Map(
    (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query')
      .map((parameter) => [parameter.name, parameter]),
  );
  const input: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const parameter = known.get(name);
    if (parameter === undefined) {
      const names = [...known.keys()];
      const possible =
        didYouMean(name, names) || (names.length === 0 ? ': it takes none.' : `: it takes ${names.join(', ')}.`);
      throw new RequestProblem('invalid_input', `There is no query parameter ${name} here${possible}`);
    }
    const values = query.getAll(name);
    const [first] = values;
    const types = [parameter.schema?.type ?? []].flat();
    if (types.includes('array')) input[name] = values;
    else if (values.length > 1)
      throw new RequestProblem('invalid_input', `The query parameter ${name} is given twice.`);
    else input[name] = typed(first ?? '', types);
  }
  return input;
}

function typed(text: string, types: readonly string[]): unknown {
  if (types.includes('integer') || types.includes('number')) {
    return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? Number(text) : text;
  }
  if (types.includes('boolean')) return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
