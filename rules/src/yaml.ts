import {
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument as parseYaml,
  type Node,
  type Pair,
} from 'yaml';
import { readDocument } from './document.ts';
import type { Plain } from './plain.ts';
import type { Problem } from './problem.ts';
import { compareQuantities, parseQuantity } from './quantity.ts';
import type { SourceDocument } from './spec.ts';
import { writeDocument } from './write-document.ts';
import { faultSentence } from './yaml-fault.ts';

/** A problem with where it stands in the text; line and column are 1-based. */
export interface LocatedProblem extends Problem {
  readonly line: number;
  readonly column: number;
}

export type SourceYaml =
  | { readonly ok: true; readonly value: SourceDocument }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

const depthMax = 32;
const faultsMax = 50;
const lengthMax = 4 * 1024 * 1024;

/** Reads a source document from YAML (JSON is YAML, too). */
export function parseSourceYaml(text: string): SourceYaml {
  const start = { line: 1, column: 1, path: [] };
  if (text.length > lengthMax) return { ok: false, problems: [{ ...start, message: 'the text is longer than 4 MiB' }] };
  const lines = new LineCounter();
  let parsed: Document.Parsed;
  try {
    parsed = parseYaml(text, { lineCounter: lines, uniqueKeys: true, merge: false, prettyErrors: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, problems: [{ ...start, message: 'the text is nested too deeply' }] };
  }
  const at = (offset: number) => placeOf(lines, offset);
  const faults = [...parsed.errors, ...parsed.warnings].slice(0, faultsMax);
  // The parser tells of its own exhausted stack once per level.
  if (faults.some((fault) => fault.message.includes('call stack'))) {
    return { ok: false, problems: [{ ...start, message: 'the text is nested too deeply' }] };
  }
  const second = faults.find((fault) => fault.code === 'MULTIPLE_DOCS');
  if (second !== undefined) {
    return {
      ok: false,
      problems: [{ ...at(second.pos[0]), path: [], message: 'a second document begins here: keep one per file' }],
    };
  }
  if (faults.length > 0) {
    return {
      ok: false,
      problems: faults.map((fault) => ({
        ...at(fault.pos[0]),
        path: [],
        message: faultSentence(fault, text.slice(fault.pos[0]).split('\n', 1)[0] ?? ''),
      })),
    };
  }
  const strange: LocatedProblem[] = [];
  const value = toPlain(parsed.contents, 0, (node, message) =>
    strange.push({ ...at(node?.range?.[0] ?? 0), path: [], message }),
  );
  if (strange.length > 0) return { ok: false, problems: strange };
  const result = readDocument(value);
  if (result.ok) return result;
  return {
    ok: false,
    problems: result.problems.map((problem) => ({ ...problem, ...at(offsetOf(parsed.contents, problem.path)) })),
  };
}

/** Finds where a field stands in a text that was read before; the deepest part of the way that is written there counts. */
export function yamlPlaces(
  text: string,
): (path: Problem['path']) => { readonly line: number; readonly column: number } {
  const lines = new LineCounter();
  const { contents } = parseYaml(text, { lineCounter: lines, prettyErrors: false });
  return (path) => placeOf(lines, offsetOf(contents, path));
}

/** The YAML of a document; `parseSourceYaml` reads it back to the same document. */
export function sourceYaml(document: SourceDocument): string {
  return stringify(writeDocument(document));
}

/** `line 12, column 5: …` */
export function describeProblem(problem: LocatedProblem): string {
  return `line ${String(problem.line)}, column ${String(problem.column)}: ${problem.message}`;
}

function placeOf(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function toPlain(node: unknown, depth: number, refuse: (node: Node | null, message: string) => void): Plain {
  if (node === null || !isNode(node)) return null;
  if (depth > depthMax) {
    refuse(node, `this is nested deeper than ${String(depthMax)} levels`);
    return null;
  }
  if (isAlias(node)) {
    refuse(node, `write the value out: aliases such as *${node.source} are not read here`);
    return null;
  }
  if (isScalar(node)) return scalarOf(node.value, node.source);
  if (isSeq(node)) return node.items.map((item) => toPlain(item, depth + 1, refuse));
  if (!isMap(node)) return null;
  const map = new Map<string, Plain>();
  for (const { key, value } of node.items) {
    const name = isScalar(key)
      ? typeof key.value === 'string'
        ? key.value
        : (key.source ?? String(key.value))
      : undefined;
    if (name === undefined) refuse(isNode(key) ? key : node, 'a key is plain text');
    else if (map.has(name)) refuse(isNode(key) ? key : node, `\`${name}\` is here twice`);
    else map.set(name, toPlain(value, depth + 1, refuse));
  }
  return map;
}

// A number that a double cannot hold keeps its digits, as text.
function scalarOf(value: unknown, source: string | undefined): Plain {
  if (typeof value === 'number' && source !== undefined) {
    if (!Number.isFinite(value)) return /\d/.test(source) ? source : value;
    const written = parseQuantity(source.replace(/^\+/, ''));
    const held = parseQuantity(String(value));
    return written && held && compareQuantities(written, held) !== 0 ? source : value;
  }
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint' ||
    typeof value === 'number'
  )
    return value;
  return source ?? '';
}

/** Where the deepest part of the path that exists begins. */
function offsetOf(root: Node | null, path: Problem['path']): number {
  let offset = root?.range?.[0] ?? 0;
  let node: unknown = root;
  for (const step of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        ({ key }) => isScalar(key) && (key.value === step || key.source === step),
      );
      if (!pair) return offset;
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      if (!isNode(node)) return offset;
      offset = node.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function stringify(value: Plain): string {
  return new Document(value).toString({ lineWidth: 0, singleQuote: false });
}
