/** In the order of the names; what has another name stands last, as it stood. A column that was declared anew has a higher number, not another place. */
export function inColumnOrder<T>(items: readonly T[], names: readonly string[], nameOf: (item: T) => string): T[] {
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = (item: T) => places.get(nameOf(item)) ?? names.length;
  return items.toSorted((a, b) => placeOf(a) - placeOf(b));
}
