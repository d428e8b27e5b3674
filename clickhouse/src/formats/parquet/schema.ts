import type { ThriftStruct } from './thrift-compact.ts';

/** An element of a file's schema: a column, or a part of one. */
export interface SchemaNode {
  readonly name: string;
  readonly occurs: 'required' | 'optional' | 'repeated';
  /** None for a leaf, which has the values. */
  readonly children: readonly SchemaNode[];
  /** Its number among the leaves of the file; of a group, that of its first one. */
  readonly leaf: number;
  /** The level of definition of a value that ends above it, so that it is null, or an empty list. */
  readonly definition: number;
  /** For each list around it, outermost first, the level of definition from which on there is an item. */
  readonly lists: readonly number[];
  readonly element: ThriftStruct;
}

const occurrences = ['required', 'optional', 'repeated'] as const;
const depth_max = 200;

/** The top-level columns of a file. Throws RangeError when its schema is no tree. */
export function schemaOf(footer: ThriftStruct): readonly SchemaNode[] {
  const walk = new SchemaWalk(footer.structs(2));
  const columns: SchemaNode[] = [];
  while (!walk.ended) columns.push(walk.next({ definition: 0, lists: [] }, 0));
  return columns;
}

/** The levels of definition and repetition of a value that is there to its leaf. */
export function levelsTo({ occurs, definition, lists }: SchemaNode): { definition: number; repetition: number } {
  return {
    definition: definition + (occurs === 'required' ? 0 : 1),
    repetition: lists.length + (occurs === 'repeated' ? 1 : 0),
  };
}

/** The leaves under some nodes, in their order. */
export function leavesUnder(nodes: readonly SchemaNode[]): readonly SchemaNode[] {
  return nodes.flatMap((node) => (node.children.length === 0 ? [node] : leavesUnder(node.children)));
}

/** Goes through the schema, which is a tree written in the order of its names. */
class SchemaWalk {
  readonly #elements: readonly ThriftStruct[];
  #at = 1;
  #leaf = 0;

  constructor(elements: readonly ThriftStruct[]) {
    this.#elements = elements;
  }

  get ended(): boolean {
    return this.#at >= this.#elements.length;
  }

  next(place: Pick<SchemaNode, 'definition' | 'lists'>, depth: number): SchemaNode {
    const element = this.#elements[this.#at++];
    if (element === undefined || depth > depth_max) throw new RangeError('the schema ends in the middle');
    const occurs = occurrences[element.int(3) ?? 0];
    if (occurs === undefined) throw new RangeError('a column occurs in a way that is not known');
    const own = { name: element.text(4) ?? '', occurs, ...place, element };
    const size = element.int(5) ?? 0;
    if (size === 0) return { ...own, children: [], leaf: this.#leaf++ };
    const leaf = this.#leaf;
    const below = levelsTo({ ...own, children: [], leaf }).definition;
    const inside = { definition: below, lists: occurs === 'repeated' ? [...place.lists, below] : place.lists };
    const children: SchemaNode[] = [];
    for (let child = 0; child < size; child++) children.push(this.next(inside, depth + 1));
    return { ...own, children, leaf };
  }
}
