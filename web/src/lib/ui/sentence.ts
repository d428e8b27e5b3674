/** A sentence of the API without the backticks that mark names in it, for places that show plain text. */
export function plainSentence(text: string): string {
  return text.replaceAll('`', '');
}

/** A finding as a title: plain, without the bytes a refused file begins with and without what to do, both of which its timeline tells. */
export function titleSentence(text: string): string {
  return plainSentence(text).replace(
    / (It begins with: |Load it again from the inbox, |Send the file again: ).*$/s,
    '',
  );
}

/** A sentence cut at its backticks: every second piece is a name. */
export function sentencePieces(text: string): { readonly text: string; readonly name: boolean }[] {
  return text
    .split('`')
    .map((piece, index) => ({ text: piece, name: index % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}
