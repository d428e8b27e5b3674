import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Finding } from './finding.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Only the browser tests need one. */
export function examineBrowser(): Finding {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable);
  return found === undefined
    ? {
        name: 'Chromium',
        verdict: 'warning',
        says: 'not found; only the browser tests need it (Debian: apt-get install chromium).',
      }
    : { name: 'Chromium', verdict: 'ok', says: found };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
