import { describeProblem, parseSourceYaml } from '@assay/rules';
import type { Api } from '../api.ts';
import { readText } from '../read-text.ts';
import { Stop } from '../stop.ts';

/** A source document in a file. */
export interface Config {
  readonly path: string;
  readonly yaml: string;
  /** The source it names, or null. */
  readonly source: string | null;
}

/** Reads a source document. Throws Stop with a line per problem. */
export async function readConfig(path: string): Promise<Config> {
  const yaml = await readText(path);
  const read = parseSourceYaml(yaml);
  if (read.ok) return { path, yaml, source: read.value.source };
  throw new Stop(
    [
      `${path} is not a valid source document:`,
      ...inLineOrder(read.problems).map((found) => `  ${describeProblem(found)}`),
    ].join('\n'),
  );
}

interface Placed {
  readonly line: number | null;
  readonly message: string;
}

/** `  line 12: …` per problem, in the order of the file; what has no line comes first. */
export function problemLines(problems: readonly Placed[]): string[] {
  return inLineOrder(problems).map(({ line, message }) => `  ${line === null ? message : `line ${line}: ${message}`}`);
}

function inLineOrder<Problem extends { readonly line: number | null }>(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

/**
 * Makes sure that a source is what its document says: a new one is created; a stored one must be equal, unless the difference is to be
 * applied. Throws Stop with the difference.
 */
export async function applyConfig(
  api: Api,
  config: Config,
  wanted: { source: string; apply: boolean },
): Promise<'created' | 'equal' | 'applied'> {
  const { source, apply } = wanted;
  const plan = await api.client.source.plan.mutate({ source, yaml: config.yaml });
  if (plan.equal) return 'equal';
  if (plan.problems.length > 0) {
    throw new Stop([`${config.path} cannot be used, and nothing was sent:`, ...problemLines(plan.problems)].join('\n'));
  }
  if (plan.exists && !apply) {
    throw new Stop(
      [
        `${config.path} is not what the source ${source} is stored as. Nothing was sent; add --apply to change the source:`,
        ...plan.changes.map((line) => `  ${line}`),
      ].join('\n'),
    );
  }
  await api.client.source.putDocument.mutate({
    source,
    yaml: config.yaml,
    why: `from ${config.path}`,
    expected_version: plan.version === null ? null : Number(plan.version),
  });
  return plan.exists ? 'applied' : 'created';
}
