/** A type of the engine, taken apart as far as lists, maps and structs go. */
export type EngineType =
  | { readonly kind: 'leaf'; readonly name: string }
  | { readonly kind: 'list'; readonly item: EngineType }
  | { readonly kind: 'map'; readonly key: EngineType; readonly value: EngineType }
  | { readonly kind: 'struct'; readonly fields: readonly StructField[] };

export interface StructField {
  /** As the engine quotes it. */
  readonly name: string;
  readonly type: EngineType;
}

/** Takes a type apart. Throws RangeError for one that is not written as the engine writes them. */
export function parseEngineType(text: string): EngineType {
  const found = /^\s*(Array|Map|Tuple)\(([^]*)\)\s*$/.exec(text);
  if (found === null) return { kind: 'leaf', name: text.trim() };
  const parts = split(found[2] ?? '');
  const [first, second] = parts;
  if (found[1] === 'Tuple') return { kind: 'struct', fields: parts.map(fieldOf) };
  if (found[1] === 'Array' && first !== undefined && parts.length === 1)
    return { kind: 'list', item: parseEngineType(first) };
  if (found[1] === 'Map' && first !== undefined && second !== undefined && parts.length === 2)
    return { kind: 'map', key: parseEngineType(first), value: parseEngineType(second) };
  throw new RangeError('a type that is not known');
}

/** Writes a type that `parseEngineType` reads back. */
export function formatEngineType(type: EngineType): string {
  switch (type.kind) {
    case 'leaf':
      return type.name;
    case 'list':
      return `Array(${formatEngineType(type.item)})`;
    case 'map':
      return `Map(${formatEngineType(type.key)}, ${formatEngineType(type.value)})`;
    case 'struct':
      return `Tuple(${type.fields.map((field) => `${field.name} ${formatEngineType(field.type)}`).join(', ')})`;
  }
}

function fieldOf(text: string): StructField {
  const found = /^\s*(`(?:[^`\\]|\\[^]|``)*`|[^\s`]+)\s+([^]+)$/.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) throw new RangeError('a field that is not known');
  return { name: found[1], type: parseEngineType(found[2]) };
}

/** The parts between commas that are in no brackets and no quotes. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/`(?:[^`\\]|\\[^]|``)*`|'(?:[^'\\]|\\[^]|'')*'|[(),]/g)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (token === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}
