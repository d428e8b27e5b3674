import type { Setting } from '../settings/all-settings.ts';
import type { Finding } from './finding.ts';

const marks = { ok: 'ok  ', warning: 'note', wrong: 'FAIL' } as const;
const secret = /PASSWORD|KEY|SECRET|TOKEN/;

/** What was found about the machine, one line each. */
export function findingsScreen(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings.map(({ name, verdict, says }) => `${marks[verdict]}  ${name.padEnd(width)}  ${says}`).join('\n');
}

/** Settings with their values or defaults; secrets are only said to be set. */
export function settingsScreen(
  settings: readonly Setting[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const width = Math.max(...settings.map(({ name }) => name.length));
  return settings
    .map(({ name, default_says }) => {
      const value = env[name];
      const shown = value === undefined ? default_says || '-' : secret.test(name) ? '(set)' : `${value}  (set)`;
      return `  ${name.padEnd(width)}  ${shown}`;
    })
    .join('\n');
}
