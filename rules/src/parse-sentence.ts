import { z } from 'zod';
import { didYouMean, nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { parseQuantity } from './quantity.ts';

/** What was parsed: the schema, its noun in a sentence, and names that are fields although the schema does not know them. */
export interface Subject {
  readonly schema: z.ZodType;
  /** `a rule`, `a column`, `the source`. */
  readonly noun: string;
  readonly fields?: readonly string[];
}

type Issue = z.core.$ZodIssue;

/** Turns zod's findings into sentences that name the field and the nearest valid word. */
export function sentences(error: z.ZodError, subject: Subject, at: Problem['path'] = []): Problem[] {
  const strange = error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  return error.issues.flatMap((issue) => {
    const path = pathOf(issue);
    if (issue.code === 'unrecognized_keys') {
      const known = [...fieldsAt(subject.schema, path), ...(path.length === 0 ? (subject.fields ?? []) : [])];
      const noun = path.length === 0 ? subject.noun : fieldName(path);
      return issue.keys.map((key) => ({ path: [...at, ...path, key], message: strangeField(key, noun, known) }));
    }
    if (strange.some((other) => explains(other, issue, fieldsAt(subject.schema, pathOf(other))))) return [];
    const field = path.length === 0 ? subject.noun : fieldName(path);
    const form = schemaAt(subject.schema, path)
      .map((node) => /such as (`[^`]+`)/.exec(node.description ?? '')?.[1])
      .find((found) => found !== undefined);
    const known = fieldsAt(subject.schema, path);
    return [
      { path: [...at, ...path], message: issueSentence(issue, field, { kind: 'document', form, fields: known }) },
    ];
  });
}

/** `` `ruls` is not a field of a source, did you mean `rules`? `` */
export function strangeField(key: string, noun: string, known: readonly string[]): string {
  return `\`${key}\` is not a field of ${noun}${didYouMean(key, known) || `; it has ${known.join(', ') || 'none'}`}`;
}

/** Where the input was written: in a document, whose quotes and brackets are a person's, or in a request. */
type Written =
  | { readonly kind: 'request' }
  /** `form` is what a right value looks like, `fields` what a map would have here. */
  | { readonly kind: 'document'; readonly form: string | undefined; readonly fields: readonly string[] };

/** A finding of zod as a sentence about the field, without full stop; the issue must carry its input. */
export function issueSentence(issue: Issue, field: string, written: Written): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue, field, written);
    case 'invalid_value': {
      const values = issue.values.map(String).filter((value) => value !== '');
      const near = typeof issue.input === 'string' ? meant(issue.input, values) : '';
      if (issue.input === undefined) return `${field} is missing: write one of ${values.join(', ')}`;
      return `${field} is ${shown(issue.input)}, which is not one of ${values.join(', ')}${near}`;
    }
    case 'invalid_union': {
      const wanted = issue.errors.flatMap(([first]) =>
        first?.code === 'invalid_type' ? [typeWords(first.expected)] : [],
      );
      if (issue.input === undefined) return `${field} is missing`;
      if (isEndless(issue.input)) return `${field} is ${shown(issue.input)}, which is no number to compare with`;
      if (wanted.length === 0) return `${field} cannot be ${shown(issue.input)}`;
      return `${field} must be ${either(wanted)}, not ${shown(issue.input)}`;
    }
    case 'invalid_key':
      return `${field} has a name that cannot be: ${issue.issues[0]?.message ?? 'choose another'}`;
    case 'too_small':
      return `${field} ${tooSmall(issue)}`;
    case 'too_big':
      return `${field} ${tooBig(issue)}`;
    default:
      return `${field}: ${issue.message}`;
  }
}

/** Words of other tools, in small letters, and ours for the same. */
const elsewhere: Readonly<Record<string, string>> = {
  avg: 'mean',
  average: 'mean',
  std: 'stddev',
  std_dev: 'stddev',
  var: 'variance',
  percentile: 'quantile',
  p50: 'median',
  minimum: 'min',
  maximum: 'max',
  ndjson: 'jsonl',
  json_lines: 'jsonl',
  tsv: 'csv',
  pq: 'parquet',
  warning: 'low',
  error: 'high',
  on: 'active',
  enabled: 'active',
  off: 'draft',
  disabled: 'draft',
  silent: 'shadow',
  none: 'nothing',
  all: 'file',
};

/** `, did you mean \`mean\`?` or nothing. */
function meant(word: string, values: readonly string[]): string {
  const own = elsewhere[word.toLowerCase().replace(/[ -]/g, '_')];
  return own !== undefined && values.includes(own) ? `, did you mean \`${own}\`?` : didYouMean(word, values);
}

/** A way through data as people follow it: `` `fail.share` ``, `` entry 2 of `columns` ``. */
function fieldName(path: Problem['path']): string {
  const last = path.at(-1);
  if (typeof last !== 'number') return `\`${path.map(String).join('.')}\``;
  const entry = `entry ${String(last + 1)}`;
  return path.length === 1 ? entry : `${entry} of ${fieldName(path.slice(0, -1))}`;
}

function pathOf(issue: Issue): (string | number)[] {
  return issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

/** A misspelt field makes the right one missing and its map incomplete; that is one mistake, not two. */
function explains(strange: z.core.$ZodIssueUnrecognizedKeys, issue: Issue, known: readonly string[]): boolean {
  const [place, missing] = [strange.path.map(String), issue.path.map(String)];
  if (missing.length < place.length || place.some((step, depth) => missing[depth] !== step)) return false;
  if (issue.code === 'custom') return missing.length === place.length;
  if (issue.input !== undefined || missing.length !== place.length + 1) return false;
  return strange.keys.some((key) => nearest(key, known) === missing.at(-1));
}

function wrongType(issue: z.core.$ZodIssueInvalidType, field: string, written: Written): string {
  const { expected, input } = issue;
  if (input === undefined) return `${field} is missing`;
  if ((expected === 'number' || expected === 'int') && typeof input === 'string' && isTooLong(input)) {
    return `${field} is ${input}, a larger or longer number than can be kept here`;
  }
  // What became no number on its way here is shown by whoever knows how it was written.
  if (written.kind === 'request' && Number.isNaN(input)) return `${field} must be ${typeWords(expected)}`;
  if (written.kind === 'request') return `${field} must be ${typeWords(expected)}, not ${shown(input)}`;
  const { form, fields } = written;
  const names = expected === 'object' && fields.length > 0 ? ` (${fields.join(', ')})` : '';
  const wanted = `${typeWords(expected)}${form === undefined ? '' : ` such as ${form}`}${names}`;
  return `${field} must be ${wanted}, not ${shown(input)}${rewritten(expected, input, form)}`;
}

/** How a value is written that was meant for what is expected; nothing where that cannot be told. */
function rewritten(expected: string, input: unknown, form: string | undefined): string {
  if (!isScalar(input) || isEndless(input)) return '';
  if ((expected === 'number' || expected === 'int') && /^[+-]?\d+(\.\d+)?$/.test(String(input))) {
    return `: write ${String(input)} without quotes`;
  }
  if (expected === 'array') return `: write [${String(input)}]`;
  return expected === 'string' && form === undefined ? `: write it in quotes, "${String(input)}"` : '';
}

function isTooLong(text: string): boolean {
  if (!parseQuantity(text)) return false;
  return Math.abs(Number(text)) > Number.MAX_SAFE_INTEGER || text.length > 17;
}

/** `text, a number or nothing` */
function either(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  const { minimum, origin, inclusive, input } = issue;
  const least = grouped(minimum);
  if (origin === 'string')
    return input === '' ? 'is empty' : `has ${size(input)} characters; it needs at least ${least}`;
  if (origin === 'array') {
    return size(input) === '0'
      ? 'is an empty list: give at least one'
      : `has ${size(input)} entries; it needs at least ${least}`;
  }
  return `must be ${inclusive === false ? 'above' : 'at least'} ${least}, not ${shown(input)}`;
}

function tooBig(issue: z.core.$ZodIssueTooBig): string {
  const { maximum, origin, inclusive, input } = issue;
  const most = grouped(maximum);
  if (origin === 'string') return `has ${size(input)} characters; at most ${most} are taken`;
  if (origin === 'array') return `has ${size(input)} entries; at most ${most} are taken`;
  return `must be ${inclusive === false ? 'below' : 'at most'} ${most}, not ${shown(input)}`;
}

function grouped(bound: number | bigint): string {
  return bound.toLocaleString('en');
}

function size(input: unknown): string {
  return typeof input === 'string' || Array.isArray(input) ? input.length.toLocaleString('en') : 'too many';
}

function typeWords(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map of fields',
    record: 'a map of fields',
  };
  return words[type] ?? type;
}

function isScalar(input: unknown): input is string | number | boolean {
  return typeof input === 'string' || typeof input === 'number' || typeof input === 'boolean';
}

function isEndless(input: unknown): boolean {
  return typeof input === 'number' && !Number.isFinite(input);
}

function shown(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  const text = typeof input === 'number' ? String(input) : JSON.stringify(input);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The names an object in the schema has at this path. */
function fieldsAt(schema: z.ZodType, path: Problem['path']): readonly string[] {
  return schemaAt(schema, path).flatMap((node) => Object.keys(node.properties ?? {}));
}

function schemaAt(schema: z.ZodType, path: Problem['path']): readonly JsonSchema[] {
  let nodes: readonly JsonSchema[] = branches(jsonSchemaOf(schema));
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const next = typeof step === 'number' ? node.items : node.properties?.[step];
      return next ? branches(next) : [];
    });
  }
  return nodes;
}

interface JsonSchema {
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly items?: JsonSchema | undefined;
  readonly anyOf?: readonly JsonSchema[] | undefined;
}

const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    description: z.string().optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    items: jsonSchema.optional(),
    anyOf: z.array(jsonSchema).optional(),
  }),
);

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return jsonSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

/** What a node may be; what is said of a choice is said of each. */
function branches(node: JsonSchema): readonly JsonSchema[] {
  const { anyOf, description } = node;
  if (!anyOf) return [node];
  return anyOf.flatMap((branch) => branches({ ...branch, description: branch.description ?? description }));
}
