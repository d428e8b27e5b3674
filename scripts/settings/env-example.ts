import type { Setting } from './all-settings.ts';

const head = `# Settings of Assay. Copy this file to .env and change what you need; what is set in the environment wins.
# Written by \`pnpm gen\` from the env schemas of the processes; do not edit.
`;

/** The text of \`.env.example\`. Every line is a comment: what is not set keeps its default. */
export function envExampleText(settings: readonly Setting[]): string {
  const entries = settings.map(({ name, says, default_says, processes }) => {
    const computed = /\s/.test(default_says);
    const comment = `# ${says}${computed ? ` Default: ${default_says}.` : ''} (${processes.join(', ')})`;
    return `${comment}\n#${name}=${computed ? '' : default_says}\n`;
  });
  return [head, ...entries].join('\n');
}
