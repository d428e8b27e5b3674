/** The name that objects made of data drop without a word. */
const lost = '__proto__';

/** The way to the first field of that name; undefined where there is none. */
export function lostName(value: unknown): (string | number)[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, lost)) return [lost];
  for (const [name, inner] of Object.entries(value)) {
    const way = lostName(inner);
    if (way !== undefined) return [Array.isArray(value) ? Number(name) : name, ...way];
  }
  return undefined;
}
