/** Parameters to set; null or an empty text takes one away. */
export type QueryChanges = Readonly<Record<string, string | null>>;

/** The same page with some query parameters changed; null or an empty text takes one away, so that defaults stay out of links. */
export function withQuery(
  url: { readonly pathname: string; readonly searchParams: { toString(): string } },
  changes: QueryChanges,
): string {
  const parameters = new URLSearchParams(url.searchParams.toString());
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === '' ? url.pathname : `${url.pathname}?${text}`;
}
