/** A JSON Schema as the API sends it: plain data, read with care. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** How a property of a schema is entered. */
export type FormControl =
  | { readonly kind: 'text'; readonly long: boolean }
  | { readonly kind: 'number'; readonly whole: boolean }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'list' }
  | { readonly kind: 'group'; readonly schema: JsonSchema }
  /** Anything a form cannot show: written as JSON. */
  | { readonly kind: 'json' };

/** One property of a config: its place, its words, and the control that enters it. */
export interface FormField {
  readonly name: string;
  readonly title: string;
  readonly hint: string;
  readonly required: boolean;
  /** What holds when nothing is entered, as text; empty when there is no default worth showing. */
  readonly fallback: string;
  readonly control: FormControl;
}

/** The fields of an object schema in its own order. */
export function formFields(schema: JsonSchema): FormField[] {
  const properties = objectAt(schema, 'properties');
  const required = arrayAt(schema, 'required');
  return Object.entries(properties).map(([name, given]) => {
    const property = isObject(given) ? given : {};
    const shape = withoutNull(property);
    const fallback = property['default'] ?? shape['default'];
    return {
      name,
      title: textAt(property, 'title') || textAt(shape, 'title') || titleOf(name),
      hint: textAt(property, 'description') || textAt(shape, 'description'),
      required: required.includes(name) && fallback === undefined,
      fallback: typeof fallback === 'string' || typeof fallback === 'number' ? String(fallback) : '',
      control: controlOf(shape),
    };
  });
}

function controlOf(schema: JsonSchema): FormControl {
  const choices = arrayAt(schema, 'enum').filter((choice) => typeof choice === 'string');
  if (choices.length > 0) return { kind: 'choice', options: choices };
  const types = typesOf(schema);
  // A scalar of several types is entered as text, which keeps every digit of a long number.
  if (types.includes('string')) return { kind: 'text', long: Number(schema['maxLength'] ?? 0) > 1000 };
  if (types.includes('integer')) return { kind: 'number', whole: true };
  if (types.includes('number')) return { kind: 'number', whole: false };
  if (types.includes('boolean')) return { kind: 'flag' };
  if (types.includes('array') && isListOfScalars(schema)) return { kind: 'list' };
  if (types.includes('object') && 'properties' in schema) return { kind: 'group', schema };
  return { kind: 'json' };
}

function isListOfScalars(schema: JsonSchema): boolean {
  const types = typesOf(withoutNull(objectAt(schema, 'items')));
  return types.length > 0 && !types.includes('object') && !types.includes('array');
}

/** "This or null" is "this, and it may be left out". */
function withoutNull(schema: JsonSchema): JsonSchema {
  const others = arrayAt(schema, 'anyOf')
    .filter(isObject)
    .filter((option) => option['type'] !== 'null');
  const [only] = others;
  return others.length === 1 && only ? only : schema;
}

function typesOf(schema: JsonSchema): string[] {
  return [schema['type']].flat().filter((type) => typeof type === 'string');
}

function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function textAt(schema: JsonSchema, key: string): string {
  const text = schema[key];
  return typeof text === 'string' ? text : '';
}

function objectAt(schema: JsonSchema, key: string): JsonSchema {
  const value = schema[key];
  return isObject(value) ? value : {};
}

function arrayAt(schema: JsonSchema, key: string): readonly unknown[] {
  const value = schema[key];
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
