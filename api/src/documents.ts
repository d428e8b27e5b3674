import {
  diffDocuments,
  emptyDocument,
  parseDocument,
  parseSourceYaml,
  plain,
  readDocument,
  rule,
  sourceYaml,
  yamlPlaces,
  starterRules,
  toObject,
  writeDocument,
  writeRule,
  type SourceDocument,
} from '@assay/rules';
import { ruleTexts, type RuleText, type SourceColumn } from '@assay/workflows';
import { z } from 'zod';
import type { RuleView } from './shapes/rule.ts';
import type { Problem } from './shapes/problem.ts';

/** A source document as somebody wrote it. */
export type WrittenDocument =
  | { readonly kind: 'yaml'; readonly text: string }
  | { readonly kind: 'json'; readonly document: Readonly<Record<string, unknown>> };

/** A source as stored: its document without rules as canonical JSON, the columns in force, and its rules. */
export interface StoredDocument {
  readonly source: string;
  readonly document: string;
  readonly columns: readonly SourceColumn[];
  readonly rules: readonly RuleText[];
}

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a document; what is wrong with it is told all at once, with lines when it is YAML. */
export function readWritten(written: WrittenDocument): Read<SourceDocument> {
  if (written.kind === 'json') {
    const read = readDocument(plain(written.document));
    return read.ok ? read : { ok: false, problems: read.problems.map((found) => problemOf(found, null)) };
  }
  const read = parseSourceYaml(written.text);
  return read.ok ? read : { ok: false, problems: read.problems.map((found) => problemOf(found, found.line)) };
}

/** Adds the lines of the text that a document was read from to what was found wrong with it later. */
export function placedIn(written: WrittenDocument, problems: readonly Problem[]): Problem[] {
  if (written.kind === 'json' || problems.length === 0) return [...problems];
  const place = yamlPlaces(written.text);
  return problems.map((problem) => ({ ...problem, line: place(problem.path).line }));
}

/**
 * What the workflow of a source is told to make it what a document says. Rules that a source started with stay, unless the document
 * has its own of that name; they are taken away one by one.
 */
export function textsOf(
  document: SourceDocument,
  source: string,
  stored: StoredDocument | undefined,
): Omit<StoredDocument, 'source'> {
  const { rules, ...rest } = document;
  const written = new Set(rules.map((known) => known.rule_id));
  const present = stored?.rules ?? ruleTexts(starterRules(rules));
  const staying = present.filter((known) => starters.has(known.rule_id) && !written.has(known.rule_id));
  return {
    document: JSON.stringify({ ...rest, source }),
    columns: document.columns.flatMap(({ name, type }) => (type === null ? [] : [{ name, type }])),
    rules: [...ruleTexts(rules), ...staying],
  };
}

const starters = new Set(starterRules().map((known) => known.rule_id));

/** The document of a stored source. Columns that the first file decided count as declared. */
export function documentOf(stored: StoredDocument): SourceDocument {
  const document = parseDocument({
    ...z.record(z.string(), z.unknown()).parse(JSON.parse(stored.document)),
    source: stored.source,
    rules: stored.rules.map(({ spec }): unknown => JSON.parse(spec)),
  });
  const declared = new Map(document.columns.map((column) => [column.name, column]));
  // A column in which no file had a value yet has no type yet.
  const inForce = stored.columns.map(({ name, type }) => ({
    ...(declared.get(name) ?? plainColumn),
    name,
    type: type === '' ? null : type,
  }));
  const typed = new Set(stored.columns.map((column) => column.name));
  return { ...document, columns: [...inForce, ...document.columns.filter((column) => !typed.has(column.name))] };
}

/** The document of a stored source as people write it. */
export function writtenOf(stored: StoredDocument): { document: Record<string, unknown>; yaml: string } {
  const document = documentOf(stored);
  return { document: objectOf(toObject(writeDocument(document))), yaml: sourceYaml(document) };
}

/** What a document would change, a line each; empty when both mean the same. What it leaves to the files is no difference. */
export function differenceTo(stored: StoredDocument, wanted: SourceDocument): string[] {
  const before = documentOf(stored);
  const declared = new Set(documentOf({ ...stored, columns: [] }).columns.map((column) => column.name));
  const named = new Set(wanted.columns.map((column) => column.name));
  const columns = before.columns.filter((column) => named.has(column.name) || declared.has(column.name));
  const typeLeft = new Set(wanted.columns.filter((column) => column.type === null).map((column) => column.name));
  const compared = columns.map((column) => (typeLeft.has(column.name) ? { ...column, type: null } : column));
  const written = new Set(wanted.rules.map((known) => known.rule_id));
  const rules = before.rules.filter((known) => written.has(known.rule_id) || !starters.has(known.rule_id));
  return diffDocuments({ ...before, columns: compared, rules }, { ...wanted, source: stored.source });
}

/** What a document that makes a new source brings, a line each. */
export function beginningOf(source: string, wanted: SourceDocument): string[] {
  return [`+ source: ${source}`, ...diffDocuments(emptyDocument(source), { ...wanted, source })];
}

/** A stored rule as people write it, with the fields that lists show. */
export function describeRule(spec: string): Pick<RuleView, 'severity' | 'mode' | 'description' | 'rule'> {
  const read = rule.parse(JSON.parse(spec));
  const { severity, mode, description } = read;
  return { severity, mode, description: description ?? '', rule: objectOf(toObject(writeRule(read))) };
}

/** A problem as answers tell it; `line` is null for what was not written as YAML. */
export function problemOf(
  found: { path: Problem['path'] | readonly (string | number)[]; message: string },
  line: number | null,
): Problem {
  return { path: [...found.path], line, message: found.message };
}

/** What is said of a column that only its name and type are known of. */
const plainColumn = { nullable: true, timestamp_format: null, mask: false, tags: [] };

function objectOf(value: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(value);
}
