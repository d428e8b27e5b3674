import type { YAMLError } from 'yaml';

const sentences: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_ALIAS: 'write the value out: aliases are not read here',
  BAD_DIRECTIVE: 'leave this directive out: plain YAML is enough here',
  BAD_DQ_ESCAPE: 'this is no escape of double quotes: write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'this is not indented like what it belongs to: begin it in the same column as its neighbours',
  BAD_SCALAR_START: 'text that begins with a sign of its own meaning in YAML, such as > @ ` or %, goes in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a line has one `name: value`: put a value with a colon in quotes, or begin a new line',
  BLOCK_IN_FLOW: 'inside braces and brackets nothing goes over several lines with indentation',
  DUPLICATE_KEY: 'this field is here twice: keep one of them',
  KEY_OVER_1024_CHARS: 'this name is longer than 1,024 characters',
  MULTILINE_IMPLICIT_KEY: 'a line is missing its colon: write `name: value`, the name on one line',
  MULTIPLE_ANCHORS: 'write the value out: anchors are not read here',
  NON_STRING_KEY: 'a name is plain text',
  TAB_AS_INDENT: 'a tab indents this line: use spaces',
  TAG_RESOLVE_FAILED: 'leave the tag out: types are told by how values are written',
};

/**
 * What the YAML parser found, as a sentence that says what to write.
 * @param place the text from where it was found to the end of the line
 */
export function faultSentence({ code, message }: Pick<YAMLError, 'code' | 'message'>, place: string): string {
  const bracket = /end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) return `a ${bracket} is missing: what was opened before this is never closed`;
  const name = /^[\w.-]+/.exec(place)?.[0];
  if (code === 'DUPLICATE_KEY' && name !== undefined) return `\`${name}\` is here twice: keep one of them`;
  if (code === 'MISSING_CHAR') return missing(message);
  if (/^Not a YAML token|^Block scalar header/.test(message)) {
    return 'this cannot be read; a value that begins with > or | goes in quotes, such as "> 5%"';
  }
  return sentences[code] ?? `this is not YAML: ${message}`;
}

function missing(message: string): string {
  const quote = /Missing closing (["'])/.exec(message)?.[1];
  if (quote !== undefined) return `the text ends inside of quotes: a ${quote} was opened and never closed`;
  if (message.startsWith('Missing space')) return 'a space is missing after the colon';
  if (message.startsWith('Missing , ')) return 'a comma is missing between two entries';
  if (/followed by map values|Sequence item without/.test(message)) return 'a line is missing its colon or its dash';
  return `this is not YAML: ${message}`;
}
