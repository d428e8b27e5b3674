/** Where the page begins that an address asks for; what is no whole number is its beginning. */
export function offsetOf(url: { readonly searchParams: Pick<URLSearchParams, 'get'> }): number {
  const text = url.searchParams.get('offset') ?? '';
  return /^\d{1,12}$/.test(text) ? Number(text) : 0;
}
