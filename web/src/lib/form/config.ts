/** A config as a form edits it: plain data without what was left empty. */
export type Config = Readonly<Record<string, unknown>>;

/** What is wrong with a field, by the way to it, such as `fail.share`. */
export type Problems = ReadonlyMap<string, string>;

/** Sets a field; an empty text, an empty list or an empty group takes it away. */
export function setField(config: Config, name: string, value: unknown): Config {
  const others = Object.entries(config).filter(([key]) => key !== name);
  return isEmpty(value) ? Object.fromEntries(others) : { ...config, [name]: value };
}

/** A text field's number, or the text itself when it is none, so that the API can say what is wrong with it. */
export function numberOrText(text: string): number | string {
  const trimmed = text.trim();
  const number = Number(trimmed);
  return trimmed !== '' && Number.isFinite(number) && String(number) === trimmed ? number : trimmed;
}

/** A field's value as text, for a control that shows text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A field's value as a list of texts. */
export function asList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(asText) : [];
}

/** A field's value as a config of its own. */
export function asConfig(value: unknown): Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** Problems by the way to their field, below a prefix; the first one of a field is kept. */
export function problemsBelow(
  problems: readonly { readonly path: readonly (string | number)[]; readonly message: string }[],
  prefix: readonly string[],
): Map<string, string> {
  const found = new Map<string, string>();
  for (const { path, message } of problems) {
    if (!prefix.every((step, index) => path[index] === step)) continue;
    // A list is one field: its third value is wrong is said at the list.
    const way = path
      .slice(prefix.length)
      .filter((step) => typeof step === 'string')
      .join('.');
    if (!found.has(way)) found.set(way, message);
  }
  return found;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
