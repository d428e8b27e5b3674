import { familyOf, type Column, type TypeFamily } from './column.ts';
import { formatColumnType } from './column-type.ts';
import type { RuleScope } from './define.ts';
import { compileCondition } from './expression.ts';
import { ExpressionError } from './expression-lexer.ts';
import { quoteName } from './name.ts';
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
        throw new RuleProblem([field], `column ${quoteName(name)} does not exist${didYouMean(name, byName.keys())}`);
      }
      if (accepts && !accepts.includes(familyOf(column.type))) {
        const wanted = accepts.map((family) => families[family]).join(', ');
        throw new RuleProblem(
          [field],
          `column ${quoteName(name)} is ${formatColumnType(column.type)}; this needs ${wanted}`,
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
