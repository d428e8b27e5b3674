import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Playwright's own download first, then what distributions and macOS install. */
const places = [
  chromium.executablePath(),
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const executablePath = places.find((place) => existsSync(place));

/** Why the browser tests cannot run here and what to do about it; undefined when a browser was found. */
export const missingBrowser =
  executablePath === undefined
    ? 'There is no Chromium on this machine: install the package chromium (apt-get install chromium), Google Chrome, or run `pnpm --filter @assay/web exec playwright-core install chromium`.'
    : undefined;

/** The browser of the machine. Throws when there is none. */
export function launchBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(missingBrowser);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
