import type { EngineType } from './engine-type.ts';
import { meaningOf, type LeafMeaning } from './meaning.ts';
import type { SchemaNode } from './schema.ts';

/** What a column holds, as the engine and the file together tell it. */
export type ParquetValue =
  | { readonly kind: 'leaf'; readonly engine_type: string; readonly meaning: LeafMeaning | null }
  | (Group & { readonly kind: 'list'; readonly item: ParquetValue })
  | (Group & {
      readonly kind: 'map';
      readonly key: ParquetValue;
      readonly value: ParquetValue;
      /** The key, when it is a leaf that may be null, which the engine's may not. */
      readonly nullable_key: SchemaNode | null;
    })
  | (Group & { readonly kind: 'struct'; readonly fields: readonly NamedValue[] });

interface Group {
  /** Where it may be null, for which the engine has an empty one. */
  readonly nullable: SchemaNode | null;
}

export interface NamedValue {
  readonly name: string;
  readonly value: ParquetValue;
}

/** Lays the engine's type of a column over its schema. Throws RangeError where they do not fit. */
export function parquetValue(node: SchemaNode, type: EngineType): ParquetValue {
  if (node.occurs !== 'repeated') return inside(node, type, node.occurs === 'optional' ? node : null);
  if (type.kind !== 'list') throw mismatch(node);
  return { kind: 'list', nullable: null, item: inside(node, type.item, null) };
}

/** The parts of a value that may be null although the engine has no null for them. */
export function nullablesOf(value: ParquetValue): readonly SchemaNode[] {
  if (value.kind === 'leaf') return [];
  const own = value.nullable === null ? [] : [value.nullable];
  switch (value.kind) {
    case 'list':
      return [...own, ...nullablesOf(value.item)];
    case 'map':
      return [
        ...own,
        ...(value.nullable_key === null ? [] : [value.nullable_key]),
        ...nullablesOf(value.key),
        ...nullablesOf(value.value),
      ];
    case 'struct':
      return [...own, ...value.fields.flatMap((field) => nullablesOf(field.value))];
  }
}

/** @param nullable the group that is the value, when it may be null */
function inside(node: SchemaNode, type: EngineType, nullable: SchemaNode | null): ParquetValue {
  const { children } = node;
  const [child] = children;
  if (child === undefined) {
    if (type.kind !== 'leaf') throw mismatch(node);
    return { kind: 'leaf', engine_type: type.name, meaning: meaningOf(node.element, type.name) };
  }
  switch (type.kind) {
    case 'list': {
      if (child.occurs !== 'repeated' || children.length > 1) throw mismatch(node);
      // A repeated group of one thing is but the frame of the item; one of more is the item.
      const [item] = child.children;
      const framed = item !== undefined && child.children.length === 1;
      return { kind: 'list', nullable, item: framed ? parquetValue(item, type.item) : inside(child, type.item, null) };
    }
    case 'map': {
      const [key, value] = child.children;
      if (child.occurs !== 'repeated' || key === undefined || value === undefined) throw mismatch(node);
      return {
        kind: 'map',
        nullable,
        nullable_key: key.occurs === 'optional' && key.children.length === 0 ? key : null,
        key: parquetValue(key, type.key),
        value: parquetValue(value, type.value),
      };
    }
    case 'struct':
      if (type.fields.length !== children.length) throw mismatch(node);
      return {
        kind: 'struct',
        nullable,
        fields: children.flatMap((part, place) => {
          const field = type.fields[place];
          return field === undefined ? [] : [{ name: part.name, value: parquetValue(part, field.type) }];
        }),
      };
    case 'leaf':
      throw mismatch(node);
  }
}

function mismatch({ name }: SchemaNode): RangeError {
  return new RangeError(`the engine reads ${name} in a way that is not known here`);
}
