import { quoteString } from '../../embedded/parameters.ts';
import type { SchemaNode } from './schema.ts';
import { parquetColumnKind } from './column-kind.ts';
import { nullablesOf, type ParquetValue } from './value.ts';

/**
 * For each part of a value that is null somewhere, SQL that tells where: 1 for null, in as many lists as the part is in. Other parts are
 * never null.
 */
export type NullMarks = ReadonlyMap<SchemaNode, string>;

/**
 * SQL that writes a nested value as JSON, NULL when all of it is null; what is null in the file, and has no null in the engine, as the
 * marks tell. A map with a null key, for which JSON has no word, is written as the list of its entries.
 */
export function jsonText(value: ParquetValue, alias: string, marks: NullMarks): string {
  const mark = value.kind === 'leaf' || value.nullable === null ? undefined : marks.get(value.nullable);
  const text = content(value, alias, { marks, depth: 0 });
  return mark === undefined ? text : `if(${mark} = 1, NULL, ${text})`;
}

interface Scope {
  readonly marks: NullMarks;
  /** How many lists are around. */
  readonly depth: number;
}

/** The value, or the word for null. */
function whole(value: ParquetValue, alias: string, scope: Scope): string {
  const mark = value.kind === 'leaf' || value.nullable === null ? undefined : scope.marks.get(value.nullable);
  const text = content(value, alias, scope);
  return mark === undefined ? text : `if(${mark} = 1, 'null', ${text})`;
}

function content(value: ParquetValue, alias: string, scope: Scope): string {
  if (isPlain(value, scope.marks)) return `ifNull(toJSONString(${alias}), 'null')`;
  switch (value.kind) {
    case 'leaf':
      return `ifNull(concat('"', ${parquetColumnKind(value).text(alias)}, '"'), 'null')`;
    case 'list':
      return each([alias], scope, [value.item], ([item], inner) => whole(value.item, item ?? '', inner), '[]');
    case 'map': {
      const { key, nullable_key } = value;
      const entries = [`mapKeys(${alias})`, `mapValues(${alias})`];
      const isNull = nullable_key === null ? undefined : scope.marks.get(nullable_key);
      const nulls = isNull === undefined ? [] : [isNull];
      const text = ([k = '', v = '', n]: readonly string[], inner: Scope): string => {
        const of = whole(value.value, v, inner);
        if (n === undefined) return `concat(${keyText(key, k, inner)}, ':', ${of})`;
        return `concat('{"key":', if(${n} = 1, 'null', ${whole(key, k, inner)}), ',"value":', ${of}, '}')`;
      };
      return each([...entries, ...nulls], scope, [key, value.value], text, isNull === undefined ? '{}' : '[]');
    }
    case 'struct': {
      const fields = value.fields.map(({ name, value: field }, place) => {
        const head = quoteString(`${place === 0 ? '{' : ','}${JSON.stringify(name)}:`);
        return `${head}, ${whole(field, `tupleElement(${alias}, ${place + 1})`, scope)}`;
      });
      return `concat(${fields.join(', ')}, '}')`;
    }
  }
}

/** Whether the engine writes it as it is in the file. */
function isPlain(value: ParquetValue, marks: NullMarks): boolean {
  if (nullablesOf(value).some((node) => marks.has(node))) return false;
  switch (value.kind) {
    case 'leaf':
      return value.meaning === null && parquetColumnKind(value).type.kind !== 'timestamp';
    case 'list':
      return isPlain(value.item, marks);
    case 'map':
      return isPlain(value.key, marks) && isPlain(value.value, marks);
    case 'struct':
      return value.fields.every((field) => isPlain(field.value, marks));
  }
}

function keyText(key: ParquetValue, alias: string, scope: Scope): string {
  return isPlain(key, scope.marks) ? `toJSONString(toString(${alias}))` : whole(key, alias, scope);
}

/** Writes the items of lists of one length, with the marks of what is in them, between brackets. */
function each(
  lists: readonly string[],
  { marks, depth }: Scope,
  items: readonly ParquetValue[],
  text: (names: readonly string[], inner: Scope) => string,
  brackets: '[]' | '{}',
): string {
  const marked = items.flatMap(nullablesOf).flatMap((node, place) => {
    const list = marks.get(node);
    return list === undefined ? [] : [{ node, list, name: `n${depth}_${place}` }];
  });
  const names = lists.map((_, place) => `v${depth}_${place}`);
  const inner = {
    marks: new Map([...marks, ...marked.map(({ node, name }) => [node, name] as const)]),
    depth: depth + 1,
  };
  const parameters = [...names, ...marked.map(({ name }) => name)].join(', ');
  const given = [...lists, ...marked.map(({ list }) => list)].join(', ');
  const joined = `arrayStringConcat(arrayMap((${parameters}) -> ${text(names, inner)}, ${given}), ',')`;
  return `concat('${brackets[0]}', ${joined}, '${brackets[1]}')`;
}
