import { z } from 'zod';
import { didYouMean } from './nearest.ts';
import type { Problem } from './problem.ts';

/** What was parsed: the schema, its noun in a sentence, and names that are fields although the schema does not know them. */
export interface Subject {
  readonly schema: z.ZodType;
  /** `a rule`, `a column`, `the source`. */
  readonly noun: string;
  readonly fields?: readonly string[];
}

/** Turns zod's findings into sentences that name the field and the nearest valid word. */
export function sentences(error: z.ZodError, subject: Subject, at: Problem['path'] = []): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    const field = path.length === 0 ? subject.noun : `\`${path.map(String).join('.')}\``;
    if (issue.code === 'unrecognized_keys') {
      const known = [...fieldsAt(subject.schema, path), ...(path.length === 0 ? (subject.fields ?? []) : [])];
      const noun = path.length === 0 ? subject.noun : field;
      return issue.keys.map((key) => ({
        path: [...at, ...path, key],
        message: `\`${key}\` is not a field of ${noun}${didYouMean(key, known) || `; it has ${known.join(', ') || 'none'}`}`,
      }));
    }
    return [{ path: [...at, ...path], message: describe(issue, field) }];
  });
}

function describe(issue: z.core.$ZodIssue, field: string): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `${field} is missing`
        : `${field} must be ${expected(issue.expected)}, not ${shown(issue.input)}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const near = typeof issue.input === 'string' ? didYouMean(issue.input, values) : '';
      return `${field} is ${shown(issue.input)}, which is not one of ${values.join(', ')}${near}`;
    }
    case 'invalid_union':
      return `${field} cannot be ${shown(issue.input)}`;
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? `${field} is empty or too short: at least ${String(issue.minimum)}`
        : `${field} must be at least ${String(issue.minimum)}`;
    case 'too_big':
      return issue.origin === 'array' || issue.origin === 'string'
        ? `${field} is too long: at most ${String(issue.maximum)}`
        : `${field} must be at most ${String(issue.maximum)}`;
    default:
      return `${field}: ${issue.message}`;
  }
}

function expected(type: string): string {
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

function shown(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  const text = JSON.stringify(input);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The names an object in the schema has at this path. */
function fieldsAt(schema: z.ZodType, path: Problem['path']): readonly string[] {
  let nodes: readonly JsonSchema[] = branches(jsonSchemaOf(schema));
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const next = typeof step === 'number' ? node.items : node.properties?.[step];
      return next ? branches(next) : [];
    });
  }
  return nodes.flatMap((node) => Object.keys(node.properties ?? {}));
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly items?: JsonSchema | undefined;
  readonly anyOf?: readonly JsonSchema[] | undefined;
}

const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), jsonSchema).optional(),
    items: jsonSchema.optional(),
    anyOf: z.array(jsonSchema).optional(),
  }),
);

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return jsonSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function branches(node: JsonSchema): readonly JsonSchema[] {
  return node.anyOf ? node.anyOf.flatMap(branches) : [node];
}
