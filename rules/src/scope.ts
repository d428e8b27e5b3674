import { familyOf, type Column, type TypeFamily } from './column.ts';
import { formatColumnType } from './column-type.ts';
import type { RuleScope } from './define.ts';
import { compileCondition } from './expression.ts';
import { ExpressionError } from './expression-lexer.ts';
import { quoteName, quoteNames } from './name.ts';
import { didYouMean } from './nearest.ts';
import { RuleProblem } from './problem.ts';

const families: Readonly<Record<TypeFamily, string>> = {
  text: 'String or JSON',
  number: 'a number',
  bool: 'Bool',
  date: 'Date',
  time: 'DateTime64',
};

/** The source as a rule sees it. What a rule asks for and cannot have is a `RuleProblem`. */
export function scopeOf(columns: readonly Column[], event_time: string | null): RuleScope {
  const byName = new Map(columns.map((column) => [column.name, column]));
  return {
    columns,
    event_time,
    column: (field, name, accepts) => {
      const column = byName.get(name);
      if (!column) {
        const near = didYouMean(name, byName.keys());
        throw new RuleProblem([field], `column ${quoteName(name)} does not exist${near || thereAre(columns)}`);
      }
      if (accepts && !accepts.includes(familyOf(column.type))) {
        const wanted = either(accepts.map((family) => families[family]));
        const fitting = columns.filter((other) => accepts.includes(familyOf(other.type)));
        const type = formatColumnType(column.type);
        throw new RuleProblem(
          [field],
          `column ${quoteName(name)} is ${type}, and this needs ${wanted}${theseFit(fitting)}`,
        );
      }
      return column;
    },
    expression: (field, text) => {
      try {
        return compileCondition(text, columns);
      } catch (error) {
        if (error instanceof ExpressionError) throw new RuleProblem([field], error.message);
        throw error;
      }
    },
  };
}

const namedMost = 8;

function thereAre(columns: readonly Column[]): string {
  if (columns.length === 0 || columns.length > namedMost) return '';
  return `; there ${columns.length === 1 ? 'is' : 'are'} ${quoteNames(columns.map(({ name }) => name))}`;
}

function theseFit(columns: readonly Column[]): string {
  if (columns.length === 0) return '; no column is one';
  return `: ${either(columns.slice(0, namedMost).map(({ name }) => quoteName(name)))}`;
}

function either(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
