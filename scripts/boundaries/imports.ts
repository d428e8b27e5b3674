import ts from 'typescript';

/** One module named by a file: its specifier, the line it stands on, and whether only types pass through it. */
export type ImportOf = { specifier: string; line: number; typeOnly: boolean };

/** Every import, re-export, `import('…')`, `import('…').Type` and `require('…')` of a TypeScript or Svelte file. */
export function importsOf(path: string, text: string): ImportOf[] {
  const code = path.endsWith('.svelte') ? scriptsOf(text) : text;
  const file = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const found: ImportOf[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    found.push({ specifier: specifier.text, line, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, onlyTypes(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true);
    else if (ts.isCallExpression(node) && loadsModule(node)) add(node, node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function onlyTypes(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function loadsModule(call: ts.CallExpression): boolean {
  const { expression } = call;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require')
  );
}

/** The text with everything outside `<script>` blanked, so that lines keep their numbers. */
function scriptsOf(svelte: string): string {
  let out = '';
  let inside = false;
  for (const line of svelte.split('\n')) {
    if (/^\s*<\/script>/.test(line)) inside = false;
    out += inside ? `${line}\n` : '\n';
    if (/^\s*<script\b/.test(line)) inside = true;
  }
  return out;
}
