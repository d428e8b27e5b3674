const shownLength_max = 60;

/** A name or value of a file as a sentence shows it: quoted, escaped and cut. */
export function shownText(text: string): string {
  const cut = text.length > shownLength_max ? `${text.slice(0, shownLength_max)}…` : text;
  return JSON.stringify(cut.toWellFormed());
}
