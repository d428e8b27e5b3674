import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, missingBrowser } from './browser.ts';
import { ordersDocument, ordersOf } from './feed.ts';
import { startHouse, type House } from './house.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** A first start may have to build the dashboard. */
const start_ms = 240_000;
const firstLoadMost_bytes = 170_000;

describe.skipIf(missingBrowser !== undefined)('every page', { timeout: 240_000 }, () => {
  let house: House;
  let browser: Browser;
  let axe: string;
  let routes: string[];

  beforeAll(async () => {
    [house, browser, axe] = await Promise.all([startHouse(), launchBrowser(), readFile(axePath, 'utf8')]);
    await house.configure('orders', ordersDocument);
    await house.ingest('orders', ordersOf('2026-11-02', 'none'));
    const load_id = await house.ingest('orders', ordersOf('2026-11-03', 'amounts_missing'));
    const [incident] = await house.ids('/incidents', 'incident_id');
    routes = [
      '/',
      '/?q=nothing-has-this-name',
      '/?verdict=fail',
      '/sources/orders',
      ...['loads', 'rules', 'incidents', 'columns', 'settings'].map((tab) => `/sources/orders?tab=${tab}`),
      '/sources/missing',
      '/loads',
      '/loads?state=expired',
      '/loads?verdict=fail&q=orders',
      '/incidents?severity=low',
      ...['results', 'rows', 'columns', 'rejects', 'history'].map((tab) => `/loads/${load_id}?tab=${tab}`),
      `/loads/${load_id}?tab=rows&failed=1`,
      '/rules',
      '/rules?verdict=fail',
      '/rules/new',
      '/rules/new?source=orders',
      '/rules/new?source=orders&kind=range',
      ...['verdicts', 'edit', 'versions'].map((tab) => `/rules/orders/amount-present?tab=${tab}`),
      '/incidents',
      '/incidents?tab=resolved',
      `/incidents/${incident ?? ''}`,
    ];
  }, start_ms);
  afterAll(async () => {
    await Promise.all([browser.close(), house[Symbol.asyncDispose]()]);
  });

  /** A page that has its answers: nothing is loading any more. */
  async function open(page: Page, route: string): Promise<void> {
    await page.goto(house.url + route);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction(() => !document.querySelector('main [aria-label="Loading"]'));
  }

  test.each(['light', 'dark'] as const)('has no serious accessibility fault in the %s theme', async (colorScheme) => {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
    const faults: string[] = [];
    for (const route of routes) {
      await open(page, route);
      const found = await faultsOf(page, axe);
      faults.push(...found.map((fault) => `${route}: ${fault}`));
    }
    await page.close();
    expect(faults).toEqual([]);
  });

  test('has a title of its own and exactly one first heading', async () => {
    const page = await browser.newPage();
    const titles: string[] = [];
    for (const route of routes.filter((address) => !address.includes('?'))) {
      await open(page, route);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      titles.push(await page.title());
    }
    await page.close();
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('fits a telephone of 360 pixels', async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 780 } });
    const wide: string[] = [];
    for (const route of routes) {
      await open(page, route);
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (excess > 0) wide.push(`${route}: ${String(excess)} px too wide`);
    }
    await page.close();
    expect(wide).toEqual([]);
  });

  test('is reached by keyboard: skip link, focus on the heading, rows, help', async () => {
    const page = await browser.newPage();
    await open(page, '/');
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Skip to content');
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.waitForURL('**/loads');
    await expect.poll(() => focusedText(page), { timeout: 10_000 }).toBe('Loads');
    await page.locator('main [data-row]').first().waitFor();
    await page.keyboard.press('j');
    expect(await focusedText(page)).toBe('orders-2026-11-03.jsonl');
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedText(page), { timeout: 10_000 }).toContain('orders-2026-11-03.jsonl');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find' }).fill('amount-present');
    await page.getByRole('option', { name: /^amount-present/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/rules/orders/amount-present');
    await page.close();
  });

  test('shows where the focus is at every stop of the Tab key, and lets it out again', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const faults: string[] = [];
    for (const route of routes) {
      await open(page, route);
      faults.push(...(await faultsOfTabbing(page)).map((fault) => `${route}: ${fault}`));
    }
    await page.close();
    expect(faults).toEqual([]);
  });

  test('keeps a chosen theme from the first paint on', async () => {
    const page = await browser.newPage({ colorScheme: 'light' });
    await open(page, '/');
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.keyboard.press('t');
    await page.keyboard.press('t');
    await expect.poll(background, { timeout: 10_000 }).not.toBe(light);
    const dark = await background();
    await page.goto(`${house.url}/loads`, { waitUntil: 'commit' });
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await background()).toBe(dark);
    await page.close();
  });

  test('comes with at most 170 kB of script, charts left for later', async () => {
    const page = await browser.newPage();
    const scripts: Buffer[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') void response.body().then((body) => scripts.push(body));
    });
    await open(page, '/');
    const bytes = scripts.reduce((sum, body) => sum + gzipSync(body).length, 0);
    await page.close();
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(firstLoadMost_bytes);
    expect(Buffer.concat(scripts).includes('uplot')).toBe(false);
  });
});

/** Serious and critical faults, each with the elements that have it. */
async function faultsOf(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id} at ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 160))
          .join(' and ')}`,
    );
}

/** Elements that have the focus without showing it, and pages the Tab key never leaves. */
async function faultsOfTabbing(page: Page): Promise<string[]> {
  const stopsMost = 400;
  const faults: string[] = [];
  for (let stop = 0; stop < stopsMost; stop += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return 'outside';
      // What frames a field may wear its ring.
      const wearers = [element, element.parentElement, element.parentElement?.parentElement];
      const rings = [
        getComputedStyle(element, '::after'),
        ...wearers.flatMap((wearer) => (wearer ? [getComputedStyle(wearer)] : [])),
      ];
      const { width, height } = element.getBoundingClientRect();
      const isSeen = rings.some(
        ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      );
      return isSeen && width > 0 && height > 0 ? 'seen' : element.outerHTML.slice(0, 160);
    });
    if (found === 'outside') return stop > 3 ? faults : [...faults, `only ${String(stop)} stops`];
    if (found !== 'seen') faults.push(`no ring on ${found}`);
  }
  return [...faults, `more than ${String(stopsMost)} stops`];
}

function focusedText(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent.trim() ?? '');
}
