import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser, missingBrowser } from './browser.ts';
import { startHouse, type House } from './house.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** A first start may have to build the dashboard. */
const start_ms = 240_000;

const withKeys = (extra: (index: number) => object): string =>
  Array.from(
    { length: 60 },
    (_, index) => `${JSON.stringify({ id: index, amount: index / 4, ...extra(index) })}\n`,
  ).join('');

describe.skipIf(missingBrowser !== undefined)(
  'a file whose rows are not as they should be',
  { timeout: 240_000 },
  () => {
    let house: House;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      [house, browser] = await Promise.all([startHouse(), launchBrowser()]);
    }, start_ms);
    afterAll(async () => {
      await Promise.all([browser.close(), house[Symbol.asyncDispose]()]);
    }, 60_000);
    beforeEach(async () => {
      page = await browser.newPage({ viewport: { width: 1280, height: 900 }, baseURL: house.url });
      page.setDefaultTimeout(30_000);
      return () => page.close();
    });

    const verdict = () => page.getByRole('region', { name: 'Verdict' });
    const tab = (name: RegExp) =>
      page.getByRole('navigation', { name: 'Parts of the load' }).getByRole('link', { name });

    test('gets columns of its undeclared keys: chosen and typed with a preview, then read again', async () => {
      await house.ingest('keys', { name: 'plain.jsonl', text: withKeys(() => ({})) });
      const text = withKeys((index) => ({ currency: 'EUR', discount: index / 10, note: index % 2 === 0 ? 'gift' : 7 }));
      const load_id = await house.ingest('keys', { name: 'extra.jsonl', text });
      await page.goto(`/loads/${load_id}`);
      await verdict().getByRole('link', { name: '3', exact: true }).click();
      await page.getByRole('button', { name: 'Make columns of them…' }).click();

      const dialog = page.getByRole('dialog', { name: 'Make columns of keys' });
      await dialog.getByText('60 rows: all texts, such as "EUR".').waitFor();
      await dialog.getByText('60 rows: 30 whole numbers and 30 texts').waitFor();
      await page.evaluate(await readFile(axePath, 'utf8'));
      const { violations } = await page.evaluate<AxeResults>('axe.run("dialog", { resultTypes: ["violations"] })');
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
      await dialog.getByRole('checkbox', { name: 'note' }).uncheck();
      const type = dialog.getByRole('combobox', { name: 'Type of discount' });
      await type.fill('Bool');
      await dialog.getByText('Up to 60 values cannot be Bool').waitFor();
      await type.fill('Decimall(9, 2)');
      await dialog.getByRole('button', { name: 'Declare 2 columns and read again' }).click();
      await dialog.getByText(/Column discount:/).waitFor();
      await type.fill('Decimal(9, 2)');
      await dialog.getByRole('button', { name: 'Declare 2 columns and read again' }).click();
      await page.getByText('2 columns declared; extra.jsonl is read again with them.').waitFor();

      // Without a reload of the page: the event stream brings what was read.
      await verdict().getByRole('link', { name: '1', exact: true }).waitFor();
      await page.getByRole('row').filter({ hasText: 'currency' }).filter({ hasText: 'String' }).waitFor();
      await tab(/^Rows/).click();
      await page.getByRole('columnheader', { name: 'discount' }).waitFor();
      await page.getByRole('cell', { name: '0.3', exact: true }).first().waitFor();
    });

    test('takes undeclared keys as columns from the next file on, on the page of its source', async () => {
      await page.goto('/sources/keys');
      await page.getByRole('heading', { name: 'Undeclared keys' }).waitFor();
      await page.getByRole('button', { name: 'Declare…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Make columns of keys' });
      await dialog.getByRole('radio', { name: /From the next file on/ }).check();
      await dialog.getByRole('button', { name: 'Declare 1 column', exact: true }).click();
      await page.getByText('1 column of keys declared').waitFor();
      await page.getByRole('heading', { name: 'Undeclared keys' }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: /^Columns 5/ }).waitFor();
    });

    test('is loaded again from its page when the store lost its rows', async () => {
      const load_id = await house.ingest('lost', { name: 'lost.jsonl', text: withKeys(() => ({})) });
      await house.lose(load_id);
      await page.goto('/loads');
      await page
        .getByRole('row')
        .filter({ hasText: 'lost.jsonl' })
        .getByText(/lost part of lost\.jsonl/)
        .waitFor();
      await page.getByRole('link', { name: 'lost.jsonl' }).click();
      await verdict()
        .getByText(/60 of 60 rows are missing/)
        .waitFor();
      expect(await page.getByRole('button', { name: 'Check again' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Load again' }).click();
      await page.getByText('lost.jsonl is loaded again from the inbox.').waitFor();
      await verdict().getByText('This file can be trusted').waitFor();
      await page.getByRole('button', { name: 'Check again' }).waitFor();
      expect(await page.getByRole('button', { name: 'Load again' }).count()).toBe(0);
      await tab(/^Rows/).click();
      await page.getByText('60 rows, 1 to').waitFor();
    });

    test('is told to be sent again when its bytes are gone, too', async () => {
      const load_id = await house.ingest('gone', { name: 'gone.jsonl', text: withKeys(() => ({ gone: true })) });
      await house.lose(load_id);
      await house.forget(load_id);
      await page.goto(`/loads/${load_id}`);
      await page.getByRole('button', { name: 'Load again' }).click();
      await page.getByText('The bytes of the file are no longer in the inbox. Send the file again').waitFor();
      await verdict().getByText('60 of 60 rows are missing').waitFor();
    });
  },
);
