/** What a package may import: `value` at run time, `types` only with `import type`, `tests` only from its tests. */
export type Arrows = { value: readonly string[]; types: readonly string[]; tests: readonly string[] };

/**
 * The package graph of ARCHITECTURE.md. `temporal` is a leaf that finds and starts a Temporal server for the
 * supervisor and for tests; nobody imports `web`, only entry points import `cli`, and only the browser tests start the
 * house of `scripts`.
 */
export const arrows: Readonly<Record<string, Arrows>> = {
  rules: { value: [], types: [], tests: ['clickhouse'] },
  clickhouse: { value: ['rules'], types: [], tests: [] },
  temporal: { value: [], types: [], tests: [] },
  workflows: { value: [], types: ['rules'], tests: ['rules', 'temporal'] },
  activities: { value: ['workflows', 'clickhouse', 'rules'], types: [], tests: [] },
  api: { value: ['workflows', 'clickhouse', 'rules'], types: [], tests: ['activities'] },
  web: { value: [], types: ['api', 'rules'], tests: ['api', 'scripts'] },
  cli: { value: ['rules', 'clickhouse'], types: ['api'], tests: ['api'] },
  scripts: {
    value: ['rules', 'clickhouse', 'temporal', 'workflows', 'activities', 'api', 'cli'],
    types: [],
    tests: [],
  },
  bench: { value: ['rules', 'clickhouse', 'temporal', 'workflows', 'activities', 'api', 'cli'], types: [], tests: [] },
};
