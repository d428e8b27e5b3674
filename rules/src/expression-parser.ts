import { ExpressionError, tokenize, type Token } from './expression-lexer.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';

/** What an expression means; `at` is the 1-based position in the text. */
export type Expression = { readonly at: number } & (
  | { readonly node: 'number'; readonly text: string }
  | { readonly node: 'text'; readonly text: string }
  | { readonly node: 'bool'; readonly value: boolean }
  | { readonly node: 'null' }
  | { readonly node: 'column'; readonly parts: readonly NamePart[]; readonly steps: readonly (string | number)[] }
  | { readonly node: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | {
      readonly node: 'arithmetic';
      readonly operator: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly node: 'concat'; readonly left: Expression; readonly right: Expression }
  | { readonly node: 'logic'; readonly operator: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly node: 'not'; readonly operand: Expression }
  | { readonly node: 'negative'; readonly operand: Expression }
  | { readonly node: 'in'; readonly operand: Expression; readonly values: readonly Expression[] }
  | { readonly node: 'between'; readonly operand: Expression; readonly low: Expression; readonly high: Expression }
  | { readonly node: 'like'; readonly operand: Expression; readonly pattern: string; readonly ignoreCase: boolean }
  | { readonly node: 'is_null'; readonly operand: Expression }
  | { readonly node: 'case'; readonly branches: readonly Branch[]; readonly otherwise: Expression | null }
  | { readonly node: 'cast'; readonly operand: Expression; readonly type: string }
  | { readonly node: 'call'; readonly name: string; readonly values: readonly Expression[] }
);

export interface NamePart {
  readonly text: string;
  readonly quoted: boolean;
}

interface Branch {
  readonly when: Expression;
  readonly then: Expression;
}

const depthMax = 60;
const nodesMax = 2_000;
const keywords = new Set(
  'and or not in between like ilike is null case when then else end cast as true false'.split(' '),
);

/** Words that begin something other than an expression; named when they are refused. */
const statements = new Set(
  'select with from into outfile format settings set union intersect except insert update delete alter create drop truncate rename attach detach describe desc explain exists show kill system backup restore optimize grant revoke use watch check exchange limit having group order qualify prewhere where array distinct interval any all over'.split(
    ' ',
  ),
);

/** Parses a condition or a value. @throws ExpressionError naming the word that has no place in it. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokenize(text));
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;
  #nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    if (this.#peek().kind === 'end') throw new ExpressionError('the expression is empty', 1);
    const expression = this.#or();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw this.#unexpected(rest);
    return expression;
  }

  #or(): Expression {
    return this.#chain('or', () => this.#chain('and', () => this.#not()));
  }

  #chain(operator: 'and' | 'or', next: () => Expression): Expression {
    const at = this.#peek().position;
    const first = this.#deeper(next);
    const operands = [first];
    while (this.#keyword(operator)) operands.push(this.#deeper(next));
    return operands.length === 1 ? first : { node: 'logic', operator, operands, at };
  }

  #not(): Expression {
    const at = this.#peek().position;
    if (!this.#keyword('not')) return this.#predicate();
    return { node: 'not', operand: this.#deeper(() => this.#not()), at };
  }

  #predicate(): Expression {
    const left = this.#sum();
    const at = this.#peek().position;
    const operator = comparisonOf(this.#peek());
    if (operator !== undefined) {
      this.#next();
      const compared: Expression = { node: 'compare', operator, left, right: this.#sum(), at };
      const again = this.#peek();
      if (comparisonOf(again) !== undefined)
        throw new ExpressionError('comparisons do not chain: join them with AND', again.position);
      return compared;
    }
    if (this.#keyword('is')) {
      const negated = this.#keyword('not');
      this.#expectKeyword('null');
      return negation(negated, { node: 'is_null', operand: left, at });
    }
    const negated = this.#keyword('not');
    if (this.#keyword('in')) return negation(negated, { node: 'in', operand: left, values: this.#list(), at });
    if (this.#keyword('between')) {
      const low = this.#sum();
      this.#expectKeyword('and');
      return negation(negated, { node: 'between', operand: left, low, high: this.#sum(), at });
    }
    for (const word of ['like', 'ilike'] as const) {
      if (!this.#keyword(word)) continue;
      const pattern = this.#next();
      if (pattern.kind !== 'string')
        throw new ExpressionError(`${word.toUpperCase()} takes a pattern in single quotes`, pattern.position);
      return negation(negated, {
        node: 'like',
        operand: left,
        pattern: pattern.text,
        ignoreCase: word === 'ilike',
        at,
      });
    }
    if (negated) throw this.#unexpected(this.#peek());
    return left;
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const at = this.#peek().position;
      if (this.#symbol('||')) left = this.#count({ node: 'concat', left, right: this.#product(), at });
      else if (this.#symbol('+'))
        left = this.#count({ node: 'arithmetic', operator: '+', left, right: this.#product(), at });
      else if (this.#symbol('-'))
        left = this.#count({ node: 'arithmetic', operator: '-', left, right: this.#product(), at });
      else return left;
    }
  }

  #product(): Expression {
    let left = this.#unary();
    for (;;) {
      const at = this.#peek().position;
      if (this.#symbol('*')) left = this.#count({ node: 'arithmetic', operator: '*', left, right: this.#unary(), at });
      else if (this.#symbol('/'))
        left = this.#count({ node: 'arithmetic', operator: '/', left, right: this.#unary(), at });
      else if (this.#symbol('%'))
        left = this.#count({ node: 'arithmetic', operator: '%', left, right: this.#unary(), at });
      else return left;
    }
  }

  #unary(): Expression {
    const at = this.#peek().position;
    if (this.#symbol('-')) return { node: 'negative', operand: this.#deeper(() => this.#unary()), at };
    const value = this.#primary();
    if (!this.#symbol('::')) return value;
    return { node: 'cast', operand: value, type: this.#typeName(), at };
  }

  #primary(): Expression {
    const token = this.#next();
    const at = token.position;
    this.#nodes++;
    if (this.#nodes > nodesMax) throw new ExpressionError(`an expression has at most ${String(nodesMax)} parts`, at);
    switch (token.kind) {
      case 'number':
        return { node: 'number', text: token.text, at };
      case 'string':
        return { node: 'text', text: token.text, at };
      case 'name':
        return this.#column(token);
      case 'symbol':
        if (token.text !== '(') throw this.#unexpected(token);
        return this.#parenthesized();
      case 'end':
        throw new ExpressionError('the expression ends too early', at);
      case 'word':
        return this.#word(token);
    }
  }

  #word(token: Token): Expression {
    const at = token.position;
    const word = token.text.toLowerCase();
    if (word === 'true' || word === 'false') return { node: 'bool', value: word === 'true', at };
    if (word === 'null') return { node: 'null', at };
    if (word === 'case') return this.#case(at);
    if (word === 'cast') return this.#cast(at);
    if (keywords.has(word)) throw this.#unexpected(token);
    if (this.#symbol('(')) return { node: 'call', name: token.text, values: this.#arguments(), at };
    if (statements.has(word) && !this.#continuesName()) {
      const after = this.#peek();
      if (
        after.kind !== 'end' &&
        comparisonOf(after) === undefined &&
        after.text !== ')' &&
        after.text !== ',' &&
        !keywords.has(after.text.toLowerCase())
      ) {
        throw new ExpressionError(
          `\`${token.text}\` is not allowed in rules: write a condition over the columns of a row`,
          at,
        );
      }
    }
    return this.#column(token);
  }

  #continuesName(): boolean {
    const { kind, text } = this.#peek();
    return kind === 'symbol' && (text === '.' || text === '[');
  }

  #column(first: Token): Expression {
    const parts: NamePart[] = [{ text: first.text, quoted: first.kind === 'name' }];
    const steps: (string | number)[] = [];
    for (;;) {
      if (this.#symbol('.')) {
        const part = this.#next();
        if (part.kind !== 'word' && part.kind !== 'name') throw this.#unexpected(part);
        if (steps.length > 0) steps.push(part.text);
        else parts.push({ text: part.text, quoted: part.kind === 'name' });
      } else if (this.#symbol('[')) {
        const step = this.#next();
        if (step.kind === 'string') steps.push(step.text);
        else if (step.kind === 'number' && /^[1-9]\d{0,8}$/.test(step.text)) steps.push(Number(step.text));
        else
          throw new ExpressionError(
            "write a key in single quotes or a position from 1, such as ['id'] or [1]",
            step.position,
          );
        this.#expectSymbol(']');
      } else {
        return { node: 'column', parts, steps, at: first.position };
      }
      if (parts.length + steps.length > 32) throw new ExpressionError('a path has at most 32 steps', first.position);
    }
  }

  #parenthesized(): Expression {
    const inner = this.#deeper(() => this.#or());
    this.#expectSymbol(')');
    return inner;
  }

  #list(): Expression[] {
    const open = this.#peek();
    if (!this.#symbol('(')) throw new ExpressionError('IN takes a list of values in parentheses', open.position);
    const values = this.#arguments();
    if (values.length === 0) throw new ExpressionError('the list is empty', open.position);
    return values;
  }

  #arguments(): Expression[] {
    const values: Expression[] = [];
    if (this.#symbol(')')) return values;
    do values.push(this.#deeper(() => this.#or()));
    while (this.#symbol(','));
    this.#expectSymbol(')');
    return values;
  }

  #case(at: number): Expression {
    const operand = this.#atKeyword('when') ? null : this.#deeper(() => this.#or());
    const branches: Branch[] = [];
    while (this.#keyword('when')) {
      const test = this.#deeper(() => this.#or());
      this.#expectKeyword('then');
      const then = this.#deeper(() => this.#or());
      branches.push({
        when: operand ? { node: 'compare', operator: '=', left: operand, right: test, at: test.at } : test,
        then,
      });
    }
    if (branches.length === 0) throw this.#unexpected(this.#peek());
    const otherwise = this.#keyword('else') ? this.#deeper(() => this.#or()) : null;
    this.#expectKeyword('end');
    return { node: 'case', branches, otherwise, at };
  }

  #cast(at: number): Expression {
    this.#expectSymbol('(');
    const operand = this.#deeper(() => this.#or());
    this.#expectKeyword('as');
    const type = this.#typeName();
    this.#expectSymbol(')');
    return { node: 'cast', operand, type, at };
  }

  #typeName(): string {
    const name = this.#next();
    if (name.kind !== 'word') throw this.#unexpected(name);
    if (!this.#symbol('(')) return name.text;
    const parameters: string[] = [];
    do {
      const parameter = this.#next();
      if (parameter.kind === 'number') parameters.push(parameter.text);
      else if (parameter.kind === 'string') parameters.push(`'${parameter.text}'`);
      else throw this.#unexpected(parameter);
    } while (this.#symbol(','));
    this.#expectSymbol(')');
    return `${name.text}(${parameters.join(', ')})`;
  }

  #deeper(parse: () => Expression): Expression {
    this.#depth++;
    // Each level of nesting passes through three rules of the grammar.
    if (this.#depth > depthMax * 3)
      throw new ExpressionError(`an expression is nested at most ${String(depthMax)} deep`, this.#peek().position);
    const expression = parse();
    this.#depth--;
    return expression;
  }

  #count(expression: Expression): Expression {
    this.#nodes++;
    return expression;
  }

  #peek(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '', position: 1 };
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  #symbol(text: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'symbol' || token.text !== text) return false;
    this.#index++;
    return true;
  }

  #expectSymbol(text: string): void {
    if (!this.#symbol(text)) throw this.#unexpected(this.#peek(), text);
  }

  #atKeyword(word: string): boolean {
    const token = this.#peek();
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  #keyword(word: string): boolean {
    if (!this.#atKeyword(word)) return false;
    this.#index++;
    return true;
  }

  #expectKeyword(word: string): void {
    if (!this.#keyword(word)) throw this.#unexpected(this.#peek(), word.toUpperCase());
  }

  #unexpected(token: Token, wanted?: string): ExpressionError {
    const expected = wanted === undefined ? '' : `, \`${wanted}\` was expected`;
    if (token.kind === 'end') return new ExpressionError(`the expression ends too early${expected}`, token.position);
    if (token.kind === 'word' && statements.has(token.text.toLowerCase())) {
      return new ExpressionError(`\`${token.text}\` is not allowed in rules${expected}`, token.position);
    }
    return new ExpressionError(`\`${token.text}\` has no place here${expected}`, token.position);
  }
}

function negation(negated: boolean, expression: Expression): Expression {
  return negated ? { node: 'not', operand: expression, at: expression.at } : expression;
}

function comparisonOf(token: Token): Comparison | undefined {
  if (token.kind !== 'symbol') return undefined;
  if (token.text === '<>') return '!=';
  if (token.text === '==') return '=';
  const known: readonly Comparison[] = ['=', '!=', '<', '<=', '>', '>='];
  return known.find((operator) => operator === token.text);
}
