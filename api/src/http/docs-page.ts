import type { OpenApiDocument, Operation } from './openapi.ts';

/** A readable page of the REST API, complete in itself: no script, nothing from elsewhere. */
export function docsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'other');
  const nav = [...byTag.keys()].map((tag) => `<a href="#${escape(tag)}">${escape(tag)}</a>`).join(' ');
  const sections = [...byTag].map(
    ([tag, found]) =>
      `<section id="${escape(tag)}"><h2>${escape(tag)}</h2>${found.map(operationHtml).join('')}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Assay</title>
<style>${style}</style>
</head>
<body>
<main>
<header><h1>Assay API</h1><a href="/">Dashboard</a></header>
<p>Version ${escape(document.info.version)}. Everything below is under <code>/api/v1</code>. The same as data:
<a href="/api/v1/openapi.json">openapi.json</a>, <a href="/api/v1/ingest-result.schema.json">ingest-result.schema.json</a>.
Typed clients use tRPC under <code>/trpc</code>. Errors are <code>{"code", "message", "request_id"}</code>.</p>
<pre>curl -T orders.jsonl -X POST -H 'Content-Type: application/octet-stream' \\
  '…/api/v1/sources/orders/files?file=orders.jsonl'</pre>
<nav aria-label="Groups">${nav}</nav>
${sections.join('\n')}
</main>
</body>
</html>
`;
}

function operationHtml({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const parameters = (operation.parameters ?? []).map(
    (parameter) =>
      `<tr><td><code>${escape(parameter.name)}</code></td><td>${parameter.in}</td><td>${escape([parameter.schema?.type ?? ''].flat().join(' or '))}</td><td>${parameter.required === true ? 'required' : ''}</td></tr>`,
  );
  const table =
    parameters.length === 0
      ? ''
      : `<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Type</th><th scope="col"></th></tr></thead><tbody>${parameters.join('')}</tbody></table>`;
  const body = operation.requestBody === undefined ? '' : schemaHtml('Body', operation.requestBody);
  const answers = Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([status, answer]) => schemaHtml(`Answer ${status}`, answer));
  return `<article><h3><span class="method">${method}</span> <code>${escape(path)}</code></h3><p>${escape(operation.summary ?? '')}</p>${table}${body}${answers.join('')}</article>`;
}

function schemaHtml(title: string, schema: unknown): string {
  return `<details><summary>${escape(title)}</summary><pre>${escape(JSON.stringify(schema, null, 2))}</pre></details>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `
@font-face { font-family: 'Inter Variable'; src: url('/api/v1/docs/inter.woff2') format('woff2'); font-weight: 100 900; font-display: swap; }
@font-face { font-family: 'JetBrains Mono Variable'; src: url('/api/v1/docs/jetbrains-mono.woff2') format('woff2'); font-weight: 100 800; font-display: swap; }
:root {
  color-scheme: light dark;
  --ground: light-dark(oklch(0.97 0.003 265), oklch(0.17 0.008 265));
  --surface: light-dark(oklch(1 0 0), oklch(0.188 0.008 265));
  --text: light-dark(oklch(0.225 0.014 265), oklch(0.945 0.004 265));
  --soft: light-dark(oklch(0.46 0.014 265), oklch(0.72 0.01 265));
  --line: light-dark(oklch(0.922 0.004 265), oklch(0.272 0.01 265));
  --accent: light-dark(oklch(0.5 0.19 267), oklch(0.76 0.115 267));
  --mono: 'JetBrains Mono Variable', ui-monospace, monospace;
  font: 14px/1.55 'Inter Variable', ui-sans-serif, system-ui, sans-serif;
  font-feature-settings: 'cv05', 'cv08', 'ss03';
  -webkit-font-smoothing: antialiased;
}
body { margin: 0; background: var(--ground); color: var(--text); }
h1, h2 { font-weight: 600; letter-spacing: -.018em; line-height: 1.3; }
h1 { font-size: 1.6rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
th { color: var(--soft); font-weight: 500; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 6rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
nav a { padding: .2rem 0; text-transform: capitalize; }
a { color: var(--accent); text-underline-offset: .2em; }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
h2 { margin-top: 2.5rem; font-size: 1.15rem; text-transform: capitalize; }
article { border-top: 1px solid var(--line); padding: 1rem 0; }
h3 { font-size: 1rem; margin: 0; }
.method { display: inline-block; min-width: 4.5rem; font: 600 .75rem var(--mono); }
code, pre { font: .8rem/1.55 var(--mono); font-variant-ligatures: none; }
pre { overflow-x: auto; background: var(--surface); padding: .75rem; border: 1px solid var(--line); border-radius: .4rem; max-height: 32rem; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--line); }
article > p { margin: .35rem 0 .6rem; }
summary { width: fit-content; cursor: pointer; padding: .25rem 0; color: var(--soft); }
th:first-child, td:first-child { min-width: 9rem; }
`;
