import { parseColumnType, type ColumnType } from './column-type.ts';
import { familyOf, stored, type Column } from './column.ts';
import { allowedFunctions, alike } from './expression-functions.ts';
import { ExpressionError } from './expression-lexer.ts';
import {
  parseExpression,
  type Arithmetic,
  type Comparison,
  type Expression,
  type NamePart,
} from './expression-parser.ts';
import {
  asFloat,
  asWide,
  bool,
  comparable,
  describeFamily,
  floating,
  integer,
  text,
  type Value,
  type ValueType,
} from './expression-value.ts';
import { literalOf } from './literal.ts';
import { quoteName } from './name.ts';
import { didYouMean } from './nearest.ts';
import { castTo } from './expression-cast.ts';
import { allOf, anyOf, decimal, join, sql, type Sql } from './sql.ts';

/** A condition over encoded columns, and the names of the columns it reads. */
export interface CompiledCondition {
  readonly sql: Sql;
  readonly columns: readonly string[];
}

/**
 * Turns a person's condition into SQL over `c_1`, `c_2`, …. Only what the grammar knows comes out: columns of the source, literals,
 * operators, and the functions of `expression-functions.ts`.
 * @throws ExpressionError with the word that is not allowed, or the column that does not exist, and its position.
 */
export function compileCondition(source: string, columns: readonly Column[]): CompiledCondition {
  const expression = parseExpression(source);
  const compiler = new Compiler(columns);
  const value = compiler.compile(expression);
  if (value.type.family !== 'bool') {
    throw new ExpressionError(`a condition is true or false, this is ${describeFamily(value.type)}`, expression.at);
  }
  return { sql: value.sql, columns: [...compiler.used] };
}

class Compiler {
  readonly #columns: ReadonlyMap<string, Column>;
  readonly used = new Set<string>();

  constructor(columns: readonly Column[]) {
    this.#columns = new Map(columns.map((column) => [column.name, column]));
  }

  compile(expression: Expression): Value {
    switch (expression.node) {
      case 'number':
        return numberLiteral(expression.text, expression.at);
      case 'text':
        return { sql: sql`${expression.text}`, type: text, literal: expression.text };
      case 'bool':
        return { sql: sql`${expression.value}`, type: bool };
      case 'null':
        return { sql: sql`NULL`, type: { family: 'null' } };
      case 'column':
        return this.#column(expression.parts, expression.steps, expression.at);
      case 'compare':
        return this.#compare(expression.operator, [expression.left, expression.right], expression.at);
      case 'arithmetic':
        return arithmetic(
          expression.operator,
          this.compile(expression.left),
          this.compile(expression.right),
          expression.at,
        );
      case 'concat':
        return this.#call('concat', [expression.left, expression.right], expression.at);
      case 'logic':
        return this.#logic(expression.operator, expression.operands);
      case 'not':
        return { sql: sql`(NOT ${this.#condition(expression.operand)})`, type: bool };
      case 'negative':
        return this.#negative(expression.operand, expression.at);
      case 'in':
        return this.#in(expression.operand, expression.values, expression.at);
      case 'between':
        return this.#between(expression);
      case 'like':
        return this.#like(expression);
      case 'is_null':
        return { sql: sql`isNull(${this.compile(expression.operand).sql})`, type: bool };
      case 'case':
        return this.#case(expression);
      case 'cast':
        return this.#cast(expression.operand, expression.type, expression.at);
      case 'call':
        return this.#call(expression.name, expression.values, expression.at);
    }
  }

  #column(parts: readonly NamePart[], steps: readonly (string | number)[], at: number): Value {
    const bare = parts.every((part) => !part.quoted);
    const found = parts.flatMap((_, index) => {
      const used = parts.slice(0, index + 1);
      const column = index === 0 || bare ? this.#columns.get(used.map((part) => part.text).join('.')) : undefined;
      return column ? [{ column, path: [...parts.slice(index + 1).map((part) => part.text), ...steps] }] : [];
    });
    // A column without JSON has nothing inside it, so it cannot be what a longer path means.
    const [meant, rival] = found.filter(({ column, path }) => path.length === 0 || column.type.kind === 'json');
    if (meant && rival) {
      const names = `${quoteName(meant.column.name)} and ${quoteName(rival.column.name)}`;
      throw new ExpressionError(`this may mean the column ${names}: write the one you mean in double quotes`, at);
    }
    if (meant) {
      this.used.add(meant.column.name);
      return meant.path.length === 0 ? columnValue(meant.column) : jsonPath(meant.column, meant.path);
    }
    const [flat] = found;
    if (flat)
      throw new ExpressionError(
        `column ${quoteName(flat.column.name)} is no JSON: there is nothing inside it to name`,
        at,
      );
    const name = parts.map((part) => part.text).join('.');
    throw new ExpressionError(`column ${quoteName(name)} does not exist${didYouMean(name, this.#columns.keys())}`, at);
  }

  #compare(operator: Comparison, sides: readonly [Expression, Expression], at: number): Value {
    const [left, right] = this.#pair(sides, at);
    return { sql: sql`(${left.sql} ${operators[operator]} ${right.sql})`, type: bool };
  }

  /** Two values that can be compared: of one family, a quoted date or time read as such, numbers in one representation. */
  #pair(sides: readonly [Expression, Expression], at: number): readonly [Value, Value] {
    const first = this.compile(sides[0]);
    const second = this.compile(sides[1]);
    const left = meantAs(first, second.type, sides[0].at);
    const right = meantAs(second, first.type, sides[1].at);
    if (left.type.family === 'null' || right.type.family === 'null') {
      throw new ExpressionError('nothing equals NULL: write IS NULL or IS NOT NULL', at);
    }
    if (left.type.family === 'date' && right.type.family === 'time') return [toTime(left), right];
    if (left.type.family === 'time' && right.type.family === 'date') return [left, toTime(right)];
    if (left.type.family !== right.type.family) {
      const hint = [left, right].some((side) => side.type.family === 'text')
        ? ': CAST(… AS Int64) or another type makes one of the text'
        : '';
      throw new ExpressionError(
        `${describeFamily(left.type)} cannot be compared with ${describeFamily(right.type)}${hint}`,
        at,
      );
    }
    if (left.type.family !== 'number') return [left, right];
    const [a = left, b = right] = comparable([left, right]);
    return [a, b];
  }

  #logic(operator: 'and' | 'or', operands: readonly Expression[]): Value {
    const conditions = operands.map((operand) => this.#condition(operand));
    return { sql: operator === 'and' ? allOf(conditions) : anyOf(conditions), type: bool };
  }

  #condition(expression: Expression): Sql {
    const value = this.compile(expression);
    if (value.type.family !== 'bool') {
      throw new ExpressionError(`a condition is expected here, this is ${describeFamily(value.type)}`, expression.at);
    }
    return value.sql;
  }

  #negative(operand: Expression, at: number): Value {
    if (operand.node === 'number') return numberLiteral(`-${operand.text}`, at);
    const value = this.compile(operand);
    return arithmetic('-', { sql: sql`0`, type: integer }, value, at);
  }

  #in(operand: Expression, values: readonly Expression[], at: number): Value {
    const subject = this.compile(operand);
    if (subject.type.family !== 'text') {
      const equal = values.map((value) => this.#compare('=', [operand, value], value.at).sql);
      return { sql: anyOf(equal), type: bool };
    }
    const texts = values.map((value) => {
      const { type } = this.compile(value);
      if (value.node !== 'text' || type.family !== 'text')
        throw new ExpressionError('a list for text holds texts in single quotes', value.at);
      return sql`${value.text}`;
    });
    if (texts.length === 0) throw new ExpressionError('the list is empty', at);
    // The engine's IN answers false for NULL; in SQL it is unknown.
    return { sql: sql`if(isNull(${subject.sql}), NULL, ${subject.sql} IN (${join(texts)}))`, type: bool };
  }

  #between(expression: Expression & { node: 'between' }): Value {
    const low = this.#compare('>=', [expression.operand, expression.low], expression.low.at);
    const high = this.#compare('<=', [expression.operand, expression.high], expression.high.at);
    return { sql: allOf([low.sql, high.sql]), type: bool };
  }

  #like(expression: Expression & { node: 'like' }): Value {
    const operand = this.compile(expression.operand);
    if (operand.type.family !== 'text')
      throw new ExpressionError(`LIKE works on text, this is ${describeFamily(operand.type)}`, expression.operand.at);
    const call = expression.ignoreCase ? sql`ilike` : sql`like`;
    return { sql: sql`${call}(${operand.sql}, ${expression.pattern})`, type: bool };
  }

  #case(expression: Expression & { node: 'case' }): Value {
    const otherwise: Value = expression.otherwise
      ? this.compile(expression.otherwise)
      : { sql: sql`NULL`, type: { family: 'null' } };
    const conditions = expression.branches.map(({ when }) => sql`ifNull(${this.#condition(when)}, 0)`);
    const outcome = alike([...expression.branches.map(({ then }) => this.compile(then)), otherwise], (given) => {
      const last = given.at(-1) ?? sql`NULL`;
      const pairs = conditions.flatMap((condition, index) => [condition, given[index] ?? sql`NULL`]);
      return sql`multiIf(${join([...pairs, last])})`;
    });
    if (typeof outcome === 'string') throw new ExpressionError(`CASE: ${outcome}`, expression.at);
    return outcome;
  }

  #cast(operand: Expression, name: string, at: number): Value {
    const type = parseColumnType(name);
    if (!type || type.kind === 'json') {
      const known = ['String', 'Bool', 'Int64', 'UInt64', 'Float64', 'Decimal', 'Date', 'DateTime64'];
      throw new ExpressionError(
        `${quoteName(name)} is not a type to cast to${didYouMean(name, known) || `; there are ${known.join(', ')}`}`,
        at,
      );
    }
    const value = castTo(this.compile(operand), type, valueType(type));
    if (typeof value === 'string') throw new ExpressionError(value, at);
    return value;
  }

  #call(name: string, given: readonly Expression[], at: number): Value {
    if (name.toLowerCase() === 'concat') return this.#concat(given, at);
    const allowed = allowedFunctions.get(name.toLowerCase());
    if (!allowed) {
      const names = ['concat', ...allowedFunctions.keys()].sort();
      throw new ExpressionError(
        `function ${quoteName(name)} is not allowed in rules${didYouMean(name, names) || `; allowed: ${names.join(', ')}`}`,
        at,
      );
    }
    const values = given.map((expression) => this.compile(expression));
    const moment = values.find(({ type }) => type.family === 'date' || type.family === 'time');
    const value = allowed.apply(moment ? values.map((found) => meantAs(found, moment.type, at)) : values);
    if (typeof value === 'string') throw new ExpressionError(value, at);
    return value;
  }

  #concat(given: readonly Expression[], at: number): Value {
    if (given.length < 2) throw new ExpressionError('write concat(text, text)', at);
    const parts = given.map((expression) => {
      const value = this.compile(expression);
      if (value.type.family !== 'text')
        throw new ExpressionError(`only text is joined, this is ${describeFamily(value.type)}`, expression.at);
      return value.sql;
    });
    return { sql: sql`concat(${join(parts)})`, type: text };
  }
}

const operators: Readonly<Record<Comparison, Sql>> = {
  '=': sql`=`,
  '!=': sql`!=`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};

function columnValue(column: Column): Value {
  return { sql: stored(column), type: valueType(column.type) };
}

function valueType(type: ColumnType): ValueType {
  const family = familyOf(type);
  if (family !== 'number') return { family };
  if (type.kind === 'decimal') return { family, form: 'decimal', scale: type.scale, wide: false };
  return type.kind === 'float' ? floating : integer;
}

/** What lies inside a JSON column: a string's characters, another value's JSON text, NULL where there is nothing. */
function jsonPath(column: Column, path: readonly (string | number)[]): Value {
  const given = join([stored(column), ...path.map((step) => sql`${step}`)]);
  const kind = sql`JSONType(${given})`;
  return {
    sql: sql`multiIf(${kind} = 'Null', NULL, ${kind} = 'String', JSONExtractString(${given}), JSONExtractRaw(${given}))`,
    type: text,
  };
}

function numberLiteral(digits: string, at: number): Value {
  if (/e/i.test(digits)) return { sql: sql`CAST(${digits}, 'Float64')`, type: floating };
  const scale = digits.split('.')[1]?.length ?? 0;
  if (digits.replace(/\D/g, '').length > 70) throw new ExpressionError('a number has at most 70 digits', at);
  return {
    sql: decimal(digits),
    type: { family: 'number', form: scale > 0 ? 'decimal' : 'integer', scale, wide: false },
  };
}

// A date in quotes is a date where it meets one.
function meantAs(value: Value, other: ValueType, at: number): Value {
  if (value.literal === undefined || (other.family !== 'date' && other.family !== 'time')) return value;
  const asDate = other.family === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(value.literal);
  const type: ColumnType = asDate ? { kind: 'date' } : { kind: 'timestamp', precision: 0, zone: null };
  const literal = literalOf(type, value.literal);
  if (typeof literal === 'string') throw new ExpressionError(literal, at);
  return { sql: literal, type: { family: asDate ? 'date' : 'time' } };
}

function toTime(value: Value): Value {
  return { sql: sql`toDateTime64(${value.sql}, 0, 'UTC')`, type: { family: 'time' } };
}

/** Exact on integers and decimals; division is on doubles, and by zero it is NULL. */
function arithmetic(operator: Arithmetic, left: Value, right: Value, at: number): Value {
  for (const side of [left, right]) {
    if (side.type.family !== 'number')
      throw new ExpressionError(`\`${operator}\` works on numbers, this is ${describeFamily(side.type)}`, at);
  }
  if (left.type.family !== 'number' || right.type.family !== 'number') return left;
  if (operator === '/') return { sql: sql`(${asFloat(left).sql} / nullIf(${asFloat(right).sql}, 0))`, type: floating };
  const symbol = { '+': sql`+`, '-': sql`-`, '*': sql`*`, '%': sql`%` }[operator];
  const float = left.type.form === 'float' || right.type.form === 'float';
  if (operator === '%' && (float || left.type.form === 'decimal' || right.type.form === 'decimal')) {
    throw new ExpressionError('`%` works on whole numbers', at);
  }
  if (float) return { sql: sql`(${asFloat(left).sql} ${symbol} ${asFloat(right).sql})`, type: floating };
  const form = left.type.form === 'decimal' || right.type.form === 'decimal' ? 'decimal' : 'integer';
  const scale = operator === '*' ? left.type.scale + right.type.scale : Math.max(left.type.scale, right.type.scale);
  if (scale > 70) throw new ExpressionError('the result has more than 70 decimal places', at);
  const a = asWide(left, form).sql;
  const b = operator === '%' ? sql`nullIf(${asWide(right, form).sql}, 0)` : asWide(right, form).sql;
  return { sql: sql`(${a} ${symbol} ${b})`, type: { family: 'number', form, scale, wide: true } };
}
