import type { Session } from 'chdb';
import { z } from 'zod';
import { quoteIdentifier, quoteString } from '../../embedded/parameters.ts';
import { formatEngineType, parseEngineType, type EngineType } from './engine-type.ts';
import type { ParquetFooter } from './footer.ts';
import type { SchemaNode } from './schema.ts';
import { askedType, parquetColumnKind, type ParquetColumnKind, type ParquetTypeFacts } from './column-kind.ts';
import { parquetValue, type ParquetValue } from './value.ts';

const described = z.tuple([z.string(), z.string()]).rest(z.unknown());

/** A column as the engine and the file's schema together describe it. */
export interface ParquetColumn extends ParquetTypeFacts {
  readonly name: string;
  readonly kept: ParquetColumnKind;
  /** What is known of its parts; undefined where the engine reads them in a way of its own. */
  readonly value: ParquetValue | undefined;
  /** The name and type to ask the engine for. */
  readonly asked: string;
}

/** The columns of a file that the engine opens at `source`, which may have other names there. */
export function describeColumns(session: Session, source: string, { columns, shapes }: ParquetFooter): ParquetColumn[] {
  refuseUnnamed(columns);
  const lines = session
    .query(`DESCRIBE file(${quoteString(source)}, Parquet)`, 'JSONCompactEachRow')
    .trimEnd()
    .split('\n');
  if (lines.length !== columns.length) throw new RangeError('the engine finds other columns than the schema has');
  return columns.map((node, place) => {
    const [name, engine_type] = described.parse(JSON.parse(lines[place] ?? ''));
    const type = parseEngineType(engine_type);
    const value = valueOf(node, type);
    const told = value?.kind === 'leaf' ? value.meaning : null;
    const meaning = told === null && shapes.has(node.name) && isString(engine_type) ? 'wkb' : told;
    const facts = { engine_type, meaning };
    const asked = value === undefined ? type : askedOf(value, type);
    return {
      ...facts,
      name: node.name,
      kept: parquetColumnKind(facts),
      value,
      asked: `${quoteIdentifier(name)} ${formatEngineType(asked)}`,
    };
  });
}

/** Columns of one name, or of none, cannot be asked for. Throws Error. */
function refuseUnnamed(columns: readonly SchemaNode[]): void {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (name === '') throw new Error('a column has no name');
    if (names.has(name)) throw new Error(`two columns are called ${name}`);
    names.add(name);
  }
}

function isString(engine_type: string): boolean {
  return /^(?:Nullable\()?String\b/.test(engine_type);
}

function valueOf(node: SchemaNode, type: EngineType): ParquetValue | undefined {
  try {
    return parquetValue(node, type);
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

/** The type with every leaf as it is to be asked for. */
function askedOf(value: ParquetValue, type: EngineType): EngineType {
  switch (type.kind) {
    case 'leaf':
      return value.kind === 'leaf' ? { kind: 'leaf', name: askedType(value) } : type;
    case 'list':
      return value.kind === 'list' ? { kind: 'list', item: askedOf(value.item, type.item) } : type;
    case 'map':
      return value.kind === 'map'
        ? { kind: 'map', key: askedOf(value.key, type.key), value: askedOf(value.value, type.value) }
        : type;
    case 'struct': {
      if (value.kind !== 'struct') return type;
      const fields = type.fields.map((field, place) => {
        const part = value.fields[place]?.value;
        return part === undefined ? field : { ...field, type: askedOf(part, field.type) };
      });
      return { kind: 'struct', fields };
    }
  }
}
