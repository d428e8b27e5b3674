import { RequestProblem } from './problem.ts';

/** How deep the data of a request may be nested. */
export const inputDepthMax = 100;

type Path = readonly (string | number)[];

/**
 * Refuses input that could not be kept as it is: half of a surrogate pair is no character, and would come back as another text; what is
 * nested too deep, no reader of ours follows. Throws RequestProblem naming the place.
 */
export function refuseUnreadable(input: unknown): void {
  const path = halfCharacterIn(input, []);
  if (path === undefined) return;
  const place = path.length === 0 ? 'The input' : path.join('.').toWellFormed();
  const message = `${place}: half of a surrogate pair (\\ud800 to \\udfff alone) is no character; send the whole one.`;
  throw new RequestProblem('invalid_input', message, {
    fields: [
      { path: path.map((step) => (typeof step === 'string' ? step.toWellFormed() : step)), line: null, message },
    ],
  });
}

function halfCharacterIn(value: unknown, path: Path): Path | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= inputDepthMax) {
    throw new RequestProblem(
      'bad_request',
      `The input is nested deeper than ${inputDepthMax} levels, which is the limit.`,
    );
  }
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((inner, place): [number, unknown] => [place, inner])
    : Object.entries(value);
  for (const [step, inner] of entries) {
    const here = [...path, step];
    if (step === '__proto__') {
      throw new RequestProblem('invalid_input', `${here.join('.')}: a field of this name ${adviceAt(path)}`);
    }
    const found = typeof step === 'string' && !step.isWellFormed() ? here : halfCharacterIn(inner, here);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Only a column may have any name at all, and a document may be sent as text. */
function adviceAt(path: Path): string {
  const isColumn = path.length === 2 && path[0] === 'document' && path[1] === 'columns';
  return isColumn
    ? 'is lost in JSON; send the document as text, in `yaml` instead of `document`.'
    : 'cannot be kept; leave it out, or call it something else.';
}
