import ts from 'typescript';
import type { SourceFile } from './violations.ts';

/**
 * Places where shared code asks "is it kind X?": `….kind === 'not_null'` or `switch (….kind) { case 'not_null': }`
 * outside that kind's own folder. A kind answers for itself through its `define…()` contract.
 */
export function kindQuestions(files: readonly SourceFile[], kinds: ReadonlySet<string>): string[] {
  return files.flatMap(({ path, text }) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
    const found: string[] = [];
    const report = (node: ts.Node, kind: string) => {
      const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
      found.push(`${path}:${line} asks whether something is of kind '${kind}'`);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isBinaryExpression(node) && isEquality(node.operatorToken.kind)) {
        for (const [subject, value] of [[node.left, node.right] as const, [node.right, node.left] as const])
          if (isKind(subject, file) && isOneOf(value, kinds)) report(node, value.text);
      }
      if (ts.isSwitchStatement(node) && isKind(node.expression, file))
        for (const clause of node.caseBlock.clauses)
          if (ts.isCaseClause(clause) && isOneOf(clause.expression, kinds)) report(clause, clause.expression.text);
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  });
}

function isEquality(operator: ts.SyntaxKind): boolean {
  return operator === ts.SyntaxKind.EqualsEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsEqualsToken;
}

function isKind(node: ts.Node, file: ts.SourceFile): boolean {
  return /(^|[.\s])kind$/i.test(node.getText(file));
}

function isOneOf(node: ts.Node, kinds: ReadonlySet<string>): node is ts.StringLiteral {
  return ts.isStringLiteral(node) && kinds.has(node.text);
}
