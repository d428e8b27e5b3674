/** Unquoted texts that a source's configuration reads as NULL, compared byte by byte. */
export class NullTokens {
  readonly #tokens: readonly Uint8Array[];

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens.map((token) => Buffer.from(token));
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    for (const token of this.#tokens) {
      if (token.length !== end - start) continue;
      let same = 0;
      while (same < token.length && token[same] === bytes[start + same]) same++;
      if (same === token.length) return true;
    }
    return false;
  }
}
