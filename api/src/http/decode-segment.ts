/** A segment of a path as it was meant; one whose escapes mean nothing stays as it is, and no name matches it. */
export function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
