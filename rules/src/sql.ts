/**
 * SQL text that came from this module. There is no way to make one from a string at run time: a fragment is either a
 * template written in source code, an escaped value, or an escaped name, so text from people is never SQL.
 */
export class Sql {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** The statement text to send to the engine. */
  get text(): string {
    return this.#text;
  }

  /** What the `sql` tag calls; a frozen strings array with `raw` exists only for templates in source code. */
  static template(strings: TemplateStringsArray, values: readonly SqlInput[]): Sql {
    if (!Object.isFrozen(strings) || !Array.isArray(strings.raw)) {
      throw new SqlError('SQL is written as a template in source code, never built from a string.');
    }
    let text = strings[0] ?? '';
    values.forEach((value, index) => {
      text += render(value) + (strings[index + 1] ?? '');
    });
    return new Sql(text);
  }

  static identifier(name: string): Sql {
    if (name === '') throw new SqlError('A name in SQL cannot be empty.');
    return new Sql(`\`${escape(name, '`')}\``);
  }

  /** The shortest text that reads back as the same double. */
  static number(value: number): Sql {
    return new Sql(value < 0 ? `(${String(value)})` : String(value));
  }

  static join(parts: readonly Sql[], separator: Sql): Sql {
    return new Sql(parts.map((part) => part.#text).join(separator.#text));
  }
}

/** A value the `sql` tag accepts: a fragment as it is, anything else as an escaped, typed literal. Numbers must be safe integers. */
export type SqlInput = Sql | string | bigint | number | boolean | null | readonly SqlInput[];

/** Thrown when a value cannot be said in SQL without changing it. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
}

/** `` sql`SELECT ${identifier(name)} FROM t WHERE x = ${value}` `` */
export function sql(strings: TemplateStringsArray, ...values: readonly SqlInput[]): Sql {
  return Sql.template(strings, values);
}

/** A name in backticks. @throws SqlError on a name the engine cannot hold (empty, half a surrogate pair). */
export function identifier(name: string): Sql {
  return Sql.identifier(name);
}

/** Fragments with a separator between them, a comma unless told. */
export function join(parts: readonly Sql[], separator: Sql = sql`, `): Sql {
  return Sql.join(parts, separator);
}

/** All of the conditions; true when there are none. */
export function allOf(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return sql`1`;
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? only : sql`(${join(conditions, sql` AND `)})`;
}

/** Any of the conditions; false when there are none. */
export function anyOf(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return sql`0`;
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? only : sql`(${join(conditions, sql` OR `)})`;
}

/**
 * A number written out in digits (`12`, `-0.50`), exact to the last one.
 * @throws SqlError on other text and beyond the engine's 76 digits.
 */
export function decimal(text: string): Sql {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new SqlError(`${JSON.stringify(text)} is not a number in plain digits.`);
  const scale = match[3]?.length ?? 0;
  const digits = (match[2] ?? '').replace(/^0+/, '').length + scale;
  if (digits > 76) throw new SqlError(`${text} has ${String(digits)} digits; the engine compares at most 76.`);
  if (scale === 0) return sql`${BigInt(text)}`;
  return sql`CAST(${text}, ${`Decimal(${String(Math.max(digits, scale, 1))}, ${String(scale)})`})`;
}

/** A finite floating-point number, for parameters that must be a bare literal such as the level of a quantile. */
export function float(value: number): Sql {
  if (!Number.isFinite(value)) throw new SqlError(`${String(value)} is not a finite number.`);
  return Sql.number(value);
}

function render(value: SqlInput): string {
  if (value instanceof Sql) return value.text;
  if (value === null) return 'NULL';
  switch (typeof value) {
    case 'string':
      return `'${escape(value, "'")}'`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isSafeInteger(value))
        throw new SqlError(`${String(value)} is not a whole number that JavaScript holds exactly.`);
      return integer(BigInt(value));
    case 'bigint':
      return integer(value);
    default:
      return `[${value.map(render).join(', ')}]`;
  }
}

const int64Min = -(2n ** 63n);
const uint64Max = 2n ** 64n - 1n;

// Longer digits in source text would be read as a Float64 and lose their end.
function integer(value: bigint): string {
  if (value >= int64Min && value <= uint64Max) return value < 0n ? `(${String(value)})` : String(value);
  if (value >= -(2n ** 255n) && value < 2n ** 255n) return `toInt256('${String(value)}')`;
  if (value >= 0n && value < 2n ** 256n) return `toUInt256('${String(value)}')`;
  throw new SqlError('The engine holds whole numbers of at most 256 bits.');
}

function escape(text: string, quote: "'" | '`'): string {
  if (!text.isWellFormed()) throw new SqlError('Text with half a surrogate pair cannot be written as UTF-8.');
  let escaped = '';
  for (const character of text) {
    if (character === quote || character === '\\') escaped += `\\${character}`;
    else if (character === '\0') escaped += '\\0';
    else if (character === '\n') escaped += '\\n';
    else if (character === '\r') escaped += '\\r';
    else escaped += character;
  }
  return escaped;
}
