/** A value as YAML or JSON holds it; maps are `Map`s, so that any text at all can be a key. */
export type Plain = null | boolean | number | bigint | string | readonly Plain[] | ReadonlyMap<string, Plain>;

/** Whether a value is a map of fields. */
export function isMap(value: Plain | undefined): value is ReadonlyMap<string, Plain> {
  return value instanceof Map;
}

/** Whether a value is a list. */
export function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value);
}

/** JSON data with maps in the place of objects. @throws TypeError on anything else. */
export function plain(value: unknown): Plain {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'bigint':
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(plain);
      if (value instanceof Map) return new Map([...value].map(([key, inner]) => [String(key), plain(inner)]));
      return new Map(
        Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
          inner === undefined ? [] : [[name, plain(inner)]],
        ),
      );
    default:
      throw new TypeError(`A ${typeof value} is no data.`);
  }
}

/** The same data with objects in the place of maps. They have no prototype, so that a key called `__proto__` is a key. */
export function toObject(value: Plain): unknown {
  if (isList(value)) return value.map(toObject);
  if (!isMap(value)) return typeof value === 'bigint' ? String(value) : value;
  const object: Record<string, unknown> = { __proto__: null };
  for (const [key, inner] of value) object[key] = toObject(inner);
  return object;
}

/** Whether two pieces of data are the same; the order of a map's keys does not matter, the order of a list does. */
export function sameData(a: Plain, b: Plain): boolean {
  if (isMap(a) && isMap(b)) {
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && sameData(value, b.get(key) ?? null));
  }
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((value, index) => sameData(value, b[index] ?? null));
  }
  return a === b;
}
