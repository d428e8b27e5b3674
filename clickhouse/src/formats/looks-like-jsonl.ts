/** Whether text is JSONL, JSON of a shape that is no JSONL (with the sentence that says so), or neither. */
export type JsonShape =
  { readonly kind: 'jsonl' } | { readonly kind: 'neither' } | { readonly kind: 'refused'; readonly sentence: string };

const lines_max = 50;
const openBrace = 0x7b;

/** Judges by the first lines. One broken line among objects is a matter for the reader, not a reason to doubt the format. */
export function looksLikeJsonl(text: Buffer, whole: boolean): JsonShape {
  const lines = firstLines(text, whole);
  const [first, second] = lines;
  if (first === undefined) return { kind: 'jsonl' };

  if (first.startsWith('[') && isJsonArray(first, second)) {
    return {
      kind: 'refused',
      sentence: 'The file is a JSON array, not JSONL: write each record as an object on a line of its own.',
    };
  }
  if (first.startsWith('{') && second !== undefined && isPrettyPrinted(first, second)) {
    return {
      kind: 'refused',
      sentence: 'The file is JSON spread over several lines, not JSONL: write each record on one line.',
    };
  }
  const objects = lines.filter((line) => line.startsWith('{'));
  // A whole object on a line is no accident, however many broken lines surround it.
  return objects.length * 2 >= lines.length || objects.some(isJson) ? { kind: 'jsonl' } : { kind: 'neither' };
}

/**
 * An array that goes on over lines, or holds a value JSON knows; `[id],name` is a CSV header. A complete array before a line with an object
 * is one bad record of a JSONL file.
 */
function isJsonArray(first: string, second: string | undefined): boolean {
  if (second?.startsWith('{') === true && isJson(first)) return false;
  const inside = first.slice(1).trimStart();
  if (inside === '') return second !== undefined && /^[[{"\d\-tfn\]]/.test(second);
  if (/^[{[]/.test(inside)) return true;
  return isJson(first) || (inside.startsWith('"') && !first.includes('],'));
}

/** The first line opens an object that it does not close, and the second goes on inside it. */
function isPrettyPrinted(first: string, second: string): boolean {
  return !isJson(first) && openAtEnd(first) && /^["}]/.test(second);
}

/** Whether brackets outside strings are still open at the end of the line. */
function openAtEnd(line: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at];
    if (quoted) {
      if (letter === '\\') at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') {
      quoted = true;
    } else if (letter === '{' || letter === '[') {
      depth++;
    } else if (letter === '}' || letter === ']') {
      depth--;
    }
  }
  return !quoted && depth > 0;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Up to 50 lines that are not blank, without the blanks around them; the last one only when it is complete or the only one. */
function firstLines(text: Buffer, whole: boolean): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length && lines.length < lines_max;) {
    const found = text.indexOf(0x0a, start);
    if (found === -1 && !whole && lines.length > 0) break;
    const end = found === -1 ? text.length : found;
    // Of a very long line its beginning is enough, if it is an object.
    const long = end - start > 65_536 && text[start] === openBrace;
    const line = text.toString('utf8', start, long ? start + 65_536 : end).trim();
    if (line !== '') lines.push(line);
    start = end + 1;
  }
  return lines;
}
