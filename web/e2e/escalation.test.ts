import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { launchBrowser, missingBrowser } from './browser.ts';
import { startHouse } from './house.ts';

const examples = join(import.meta.dirname, '../../examples/orders');
const faulty = 'orders-2026-11-15.jsonl';

describe.skipIf(missingBrowser !== undefined)('an incident of an example feed', () => {
  test(
    'escalates when it is due although worker and Temporal were killed meanwhile, and stops when it is resolved in the browser',
    { timeout: 400_000 },
    async () => {
      await using house = await startHouse();
      const browser = await launchBrowser();
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, baseURL: house.url });
        page.setDefaultTimeout(30_000);
        await house.configure('example-orders', await readFile(join(examples, 'source.yaml'), 'utf8'));
        await house.ingest('example-orders', { name: faulty, text: await readFile(join(examples, faulty), 'utf8') });

        await page.goto('/incidents');
        await page.getByRole('link', { name: /mean of amount/ }).click();
        await page.getByText(/Level 2 is told in/).waitFor();
        await house.replace('worker');
        await house.replace('temporal');

        await page.getByText(/^Level 2 of policy examples/).waitFor({ timeout: 120_000 });
        await page.getByText(/Level 3 is told in/).waitFor();
        await page.getByRole('button', { name: 'Resolve…' }).click();
        await page.getByRole('radio', { name: /Fixed at the source/ }).check();
        await page
          .getByRole('textbox', { name: /^Comment/ })
          .first()
          .fill('The export writes euro again.');
        await page.getByRole('button', { name: 'Resolve the incident' }).click();
        await page.getByRole('status').filter({ hasText: 'Resolved.' }).waitFor();

        await page.reload();
        await page.getByText('Fixed at the source', { exact: true }).waitFor();
        expect(await page.getByText(/is told in/).count()).toBe(0);
      } finally {
        await browser.close();
      }
    },
  );
});
