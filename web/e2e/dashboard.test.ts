import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser, missingBrowser } from './browser.ts';
import { hostile, metersDocument, metersOf, ordersDocument, ordersOf } from './feed.ts';
import { startHouse, type House } from './house.ts';

/** A first start may have to build the dashboard. */
const start_ms = 240_000;

test('a browser is there', (context) => {
  if (missingBrowser !== undefined && process.env['CI'] === undefined) context.skip(missingBrowser);
  expect(missingBrowser).toBeUndefined();
});

describe.skipIf(missingBrowser !== undefined)('the dashboard', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let failures: string[];

  beforeAll(async () => {
    [house, browser] = await Promise.all([startHouse(), launchBrowser()]);
  }, start_ms);
  afterAll(async () => {
    await Promise.all([browser.close(), house[Symbol.asyncDispose]()]);
  });
  beforeEach(async () => {
    failures = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, baseURL: house.url });
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') failures.push(message.text());
    });
  });
  afterEach(async () => {
    await page.close();
    expect(failures).toEqual([]);
  });

  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });

  test('tells on the first page how to begin, and takes a file by upload', async () => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Hand Assay a file' }).waitFor();
    await page.getByRole('button', { name: 'Upload a file' }).click();
    await page
      .getByRole('textbox', { name: 'Source' })
      .or(page.getByRole('combobox', { name: 'Source' }))
      .fill('inbox');
    const { name, text } = ordersOf('2026-11-01', 'none');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'application/x-ndjson', buffer: Buffer.from(text) });
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.getByRole('link', { name: 'Open the load' }).click();
    await heading(name).waitFor();
    // Without a reload: the event stream brings the verdict.
    await page.getByRole('region', { name: 'Verdict' }).getByText('400 rows').waitFor();
  });

  test('says what to do where there is no page, and where one does not arrive', async () => {
    await page.goto('/invoices');
    await heading('No such page').waitFor();
    await page.getByText('There is no page at /invoices').waitFor();
    await page.getByRole('link', { name: 'To the sources' }).click();
    await heading('Sources').waitFor();

    await page.context().setOffline(true);
    await page.getByRole('link', { name: /^Incidents/ }).click();
    await heading('This page did not arrive').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Load again' }).click();
    await heading('Incidents').waitFor();
    // The browser itself writes down what it could not fetch.
    failures = failures.filter(
      (message) => !/Failed to (load|fetch)|ERR_INTERNET_DISCONNECTED|importing|Unable to preload/i.test(message),
    );
  });

  test('shows a failing file: the sentence, the rows with their marked cells, the rejects as they came', async () => {
    await house.configure('orders', ordersDocument);
    await house.ingest('orders', ordersOf('2026-11-02', 'none'));
    const load_id = await house.ingest('orders', ordersOf('2026-11-03', 'amounts_missing'));
    await page.goto(`/loads/${load_id}`);
    await page
      .getByRole('region', { name: 'Verdict' })
      .getByText('Do not trust this file: 2 of 4 rules failed.')
      .waitFor();

    await page.getByRole('link', { name: 'Rows', exact: true }).click();
    await page.getByRole('row').filter({ hasText: '2026-11-03-2' }).first().waitFor();
    await page.getByLabel('Which rows').selectOption({ label: 'Rows that break amount-present' });
    await expect.poll(() => page.locator('[role=row].failing').count(), { timeout: 10_000 }).toBeGreaterThan(5);
    const wrong = page.locator('[role=cell].wrong').first();
    expect(await wrong.textContent()).toContain('absent');
    expect(await wrong.locator('svg').count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('rule')).toBe('amount-present');

    await page.getByRole('link', { name: /^Rejects/ }).click();
    await page.getByText('Line 21', { exact: true }).waitFor();
    expect(await page.locator('pre').first().textContent()).toContain('<script>');
  });

  test('says on the first page which files can be trusted and why, in one request for a page of sources', async () => {
    const asked: string[] = [];
    page.on('request', (request) => {
      const [, procedure] = /\/trpc\/(source\.[a-z]+)/i.exec(request.url()) ?? [];
      if (procedure !== undefined) asked.push(procedure);
    });
    await page.goto('/');
    await page.getByText('1 of 2 newest files can be trusted, 1 cannot.').waitFor();
    const orders = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'orders', exact: true }) });
    await orders.getByText('2 of 4 rules failed: amount-present, known-country').waitFor();
    await orders.getByRole('img', { name: /^Missing values in the newest load: amount 25.*%/ }).waitFor();
    expect(asked.toSorted()).toEqual(['source.labels', 'source.list']);

    await page.getByRole('link', { name: /^Pass/ }).click();
    await expect.poll(() => page.locator('main tbody tr').count(), { timeout: 10_000 }).toBe(1);
    await page.goBack();
    await orders.getByRole('link', { name: /orders-2026-11-03/ }).click();
    await heading(/orders-2026-11-03/).waitFor();
  });

  test('leads from a finding to the rows it speaks of, and marks the cells the rule looks at', async () => {
    const [load_id = ''] = await house.ids('/loads?source=orders', 'load_id');
    await page.goto(`/loads/${load_id}`);
    await page
      .getByRole('region', { name: 'Verdict' })
      .getByRole('link', { name: /^Show the \d+ rows$/ })
      .first()
      .click();
    await page.locator('[role=cell].wrong').first().waitFor();
    const head = page.getByRole('columnheader');
    expect(await head.nth(1).textContent()).toContain('amount');
    expect(new URL(page.url()).searchParams.get('rule')).toBe('amount-present');
  });

  test('draws what a rule measured beside its incident, each point a link to its load', async () => {
    await page.goto('/incidents');
    await page.getByRole('link', { name: /have no amount/ }).click();
    const chart = page.getByRole('figure', {
      name: /^The value in the last 2 results, 0% to 25.*%; now 25.*%, expected/,
    });
    await chart.waitFor();
    await chart.getByRole('link', { name: /^Fail: 25.*%/ }).focus();
    await page.keyboard.press('Enter');
    await heading(/orders-2026-11-03/).waitFor();
  });

  test('shows names and values of a file as text, never as markup', async () => {
    await page.goto('/sources/orders');
    await page.getByRole('heading', { name: 'Undeclared keys' }).waitFor();
    expect(await page.locator('code', { hasText: hostile }).count()).toBeGreaterThan(0);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('orders · Sources · Assay');
  });

  test('an incident is acknowledged, resolved with a reason and a comment, and reopened by undo', async () => {
    await page.goto('/incidents');
    await page.getByRole('link', { name: /have no amount/ }).click();
    await page.getByText(/Level \d is told in/).waitFor();
    await page.keyboard.press('a');
    await page.getByText(/^Taken by/).waitFor();
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);

    await page.keyboard.press('e');
    await page.getByRole('button', { name: 'Resolve the incident' }).click();
    await page.getByText('Choose what settled it.').waitFor();
    await page.getByRole('radio', { name: /Fixed at the source/ }).check();
    await page.getByRole('button', { name: 'Resolve the incident' }).click();
    await page.getByText('Write a comment: this incident is critical.').waitFor();
    await page
      .getByRole('textbox', { name: /^Comment/ })
      .first()
      .fill('The shop sent the file again.');
    await page.getByRole('button', { name: 'Resolve the incident' }).click();
    await page.getByText('Fixed at the source', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(/^Taken by/).waitFor();
    await page
      .getByText(/shop sent the file again/)
      .first()
      .waitFor();
  });

  test('an incident that a file opens shows in the inbox without a reload, and is counted in the navigation', async () => {
    await page.goto('/incidents');
    const open = page.getByRole('navigation', { name: 'Main' }).getByText(/^\d+ open$/);
    await open.waitFor();
    const rows = page.locator('main [data-row]');
    const before = await rows.count();
    await house.configure('returns', ordersDocument.replaceAll('orders', 'returns'));
    await house.ingest('returns', ordersOf('2026-11-04', 'amounts_missing'));
    await expect.poll(() => rows.count(), { timeout: 15_000 }).toBeGreaterThan(before);
  });

  test('a rule is drawn from its schema, refused beside the field, created, edited, deleted and brought back', async () => {
    await page.goto('/rules/new?source=orders');
    await page.getByRole('button', { name: /^Range/ }).click();
    await page.getByRole('combobox', { name: /^Column/ }).fill('amuont');
    await page.getByRole('textbox', { name: 'Smallest accepted value' }).fill('0');
    await page
      .getByText(/did you mean amount/)
      .first()
      .waitFor();
    await page.getByRole('combobox', { name: /^Column/ }).fill('amount');
    await page.getByText('valid', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Create the rule' }).click();
    await heading('amount-range').waitFor();

    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByRole('textbox', { name: 'Fail when the share of values is' }).fill('> 2%');
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('amount-range is saved').waitFor();
    await page.getByRole('link', { name: 'Versions' }).click();
    await page
      .getByText(/share: .*2%/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Restore' }).first().waitFor();

    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Delete the rule' }).click();
    await heading('Rules').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await heading('amount-range').waitFor();
  });

  test('a load is withdrawn with a reason and restored by undo', async () => {
    const [load_id = ''] = await house.ids('/loads', 'load_id');
    await page.goto(`/loads/${load_id}`);
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('textbox', { name: /^Reason/ }).fill('sent by mistake');
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('This file was withdrawn and counts nowhere: sent by mistake').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Withdraw' }).waitFor();
  });

  test('the chart is walked by arrow keys, told in words and shown as a table', async () => {
    await page.goto('/sources/orders');
    const chart = page.getByRole('application');
    await page.locator('.uplot').waitFor();
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => page.locator('figure [aria-live=polite]').textContent(), { timeout: 10_000 })
      .toMatch(/^\d+, \d+ Nov 2026/);
    expect(await page.locator('figcaption').textContent()).toMatch(/Rows per .* of event time, \d+ to \d+; /);
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('columnheader', { name: 'Anomalies' }).waitFor();
  });

  test('a page is restored from its address, with filters and tab', async () => {
    await page.goto('/loads?source=orders&verdict=fail');
    await expect.poll(() => page.locator('main [data-row]').count(), { timeout: 10_000 }).toBe(2);
    const verdicts = page.getByRole('navigation', { name: 'Loads by verdict' });
    expect(await verdicts.locator('[aria-current=page]').textContent()).toMatch(/^\s*Fail\s+2\s*$/);
    expect(await page.getByLabel('Source').inputValue()).toBe('orders');
    await page.goto('/sources/orders?tab=settings');
    await page.getByRole('textbox', { name: /as YAML/ }).waitFor();
  });

  test('lists are filtered and counted by the database, and the address says how', async () => {
    await page.goto('/loads');
    const all = page.getByRole('navigation', { name: 'Loads by verdict' }).getByRole('link', { name: /^All/ });
    await all.getByText('4').waitFor();
    const asked = page.waitForResponse((answer) => answer.url().includes('load.list') && answer.url().includes('-03'));
    await page.getByRole('searchbox', { name: 'Filter by file name' }).fill('2026-11-03');
    await asked;
    await all.getByText('1').waitFor();
    expect(await page.locator('main [data-row]').count()).toBe(1);
    await page.getByText('1 load', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('2026-11-03');

    await page.goto('/incidents?severity=critical&q=AMOUNT&source=orders');
    await page.getByRole('link', { name: /have no amount/ }).waitFor();
    expect(await page.locator('main [data-row]').count()).toBe(1);
    await page.getByLabel('Severity').selectOption({ label: 'Low' });
    await page.getByText('No incident here fits these filters').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.poll(() => page.locator('main [data-row]').count(), { timeout: 10_000 }).toBeGreaterThan(1);
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('link', { name: /^Mine/ }).click();
    await page
      .getByText(/^Taken by/)
      .first()
      .waitFor();

    await page.goto('/?q=PAYMENTS');
    const sources = page.getByRole('navigation', { name: 'Sources by verdict' });
    await sources.getByRole('link', { name: 'All 2' }).waitFor();
    await sources.getByRole('link', { name: 'Fail 2' }).click();
    await page.getByText('2 sources', { exact: true }).waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('?q=PAYMENTS&verdict=fail');
    await page.getByText('1 of 3 newest files can be trusted, 2 cannot.').waitFor();
    await page.getByRole('searchbox', { name: 'Filter by name or owner' }).fill('inb');
    await page.getByText('No source here has “inb” in its name or owner').waitFor();
    await page.getByText('3 sources without the filter.').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByText('3 sources', { exact: true }).waitFor();
    await page.goto('/?offset=2');
    await page.getByText('3–3 of 3 sources').waitFor();
    await page.getByRole('link', { name: 'returns', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Previous' }).click();
    await page.getByText('3 sources', { exact: true }).waitFor();

    await page.goto('/rules?verdict=fail');
    await expect.poll(() => page.locator('main [data-row]').count(), { timeout: 10_000 }).toBe(4);
    await page.getByText('4 rules', { exact: true }).waitFor();
  });

  test('the chart of a rule says what it expects, and is walked by arrow keys', async () => {
    await page.goto('/rules/orders/amount-present');
    const chart = page.getByRole('figure', { name: /fails above 5%; 1 did not pass$/ });
    await chart.getByText('Expected: share at most 5%').waitFor();
    await chart.getByText('Fails above 5%').waitFor();
    expect(await chart.locator('rect.band').count()).toBe(1);
    expect(await chart.locator('line.limit.fail').count()).toBe(1);
    const points = chart.getByRole('link');
    expect(await points.count()).toBe(2);
    await points.last().focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => points.first().evaluate((point) => point === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await heading(/orders-2026-11-02/).waitFor();
  });

  test('a value far off stands beyond the scale of its chart with its real value, and the band stays readable', async () => {
    await house.configure('meters', metersDocument);
    for (const [index, highest] of [10, 12, 90_000, 11, null].entries())
      await house.ingest('meters', metersOf(index + 1, highest));
    await page.goto('/rules/meters/usual-reading');
    const chart = page.getByRole('figure', { name: /10 to 90,?000; now 10, expected .*; 1 above the scale: 90,?000$/ });
    await chart.getByText(/1 above the scale: 90,?000$/).waitFor();
    expect(await chart.getByRole('link').count()).toBe(5);
    const far = chart.getByRole('link', { name: /^Fail: 90,?000, above the scale, expected/ });
    expect(await far.locator('.arrow').count()).toBe(1);
    await far.hover();
    await chart.getByText('above the scale', { exact: true }).waitFor();
    const [band, plot] = await Promise.all([
      chart.locator('rect.band').boundingBox(),
      chart.locator('svg').first().boundingBox(),
    ]);
    expect((band?.height ?? 0) / (plot?.height ?? 1)).toBeGreaterThan(0.4);
    await page
      .getByRole('row')
      .filter({ hasText: /90,?000/ })
      .waitFor();
  });

  test('the incident of a segment shows the rows of its segment only, and leads to them', async () => {
    await page.goto('/incidents?source=meters&q=meter%3DB');
    await page.getByRole('link', { name: /have no reading/ }).click();
    const evidence = page.getByRole('region', { name: 'Evidence' });
    await evidence.getByText('4 rows of 4 kept.').waitFor();
    expect(await evidence.locator('tbody tr').filter({ hasText: 'B' }).count()).toBe(4);

    const [load_id = ''] = await house.ids('/loads?source=meters', 'load_id');
    await page.goto(`/loads/${load_id}?tab=rows&failed=1&rule=reading-present&segment=meter%3DA`);
    await page.getByText('1 row kept as evidence').waitFor();
    expect(await page.getByLabel('Which rows').locator('option:checked').textContent()).toBe(
      'Rows that break reading-present in meter=A',
    );
    await page.getByLabel('Which rows').selectOption({ label: 'Rows that break reading-present in meter=B' });
    await page.getByText('4 rows kept as evidence').waitFor();
    expect(new URL(page.url()).searchParams.get('segment')).toBe('meter=B');
  });

  test('rows stand in the order of their file, and a window says how much of it other files brought', async () => {
    const [load_id = ''] = await house.ids('/loads?source=meters', 'load_id');
    await page.goto(`/loads/${load_id}?tab=rows`);
    await page.getByRole('row').nth(2).waitFor();
    expect(await page.getByRole('columnheader').allTextContents()).toEqual([
      'Line',
      'note',
      'at',
      'sent_hour',
      'meter',
      'reading',
    ]);
    await page.goto('/rules/meters/enough-a-day');
    await page.getByText('Of the 40 rows looked at in this window, 8 are in this file.').waitFor();
  });

  test('a finding names a condition in the words of its rule', async () => {
    const ids = await house.ids('/loads?source=meters', 'load_id');
    await page.goto(`/loads/${ids.at(-1) ?? ''}`);
    await page.getByText('does not meet “A reading is sent within the hour that it is of”').first().waitFor();
    expect(await page.getByText('sent_hour IS NULL').count()).toBe(0);
  });

  test('a load that was replaced is not restored beside its replacement: the dialog says which to withdraw', async () => {
    const row = (n: number) => ({ name: `${n}.jsonl`, text: `{"a":${n}}\n` });
    const first = await house.ingest('replaced', row(1));
    const second = await house.ingest('replaced', { ...row(2), replaces: first });
    await page.goto(`/loads/${first}`);
    await page.getByText(`replaced by load ${second}`).first().waitFor();
    await page.getByRole('button', { name: 'Restore' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await dialog.getByText(`Withdraw load ${second} first, then try again.`).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    failures = failures.filter((failure) => !failure.includes('409'));
  });

  test('a lost connection is named, what was shown stays, and the page recovers by itself', async () => {
    await page.goto('/loads');
    await page.locator('main [data-row]').first().waitFor();
    await page.context().setOffline(true);
    await page.getByText(/^The Assay API does not answer/).waitFor();
    expect(await page.locator('main [data-row]').count()).toBeGreaterThan(0);
    await page.context().setOffline(false);
    await page.getByText(/^The Assay API does not answer/).waitFor({ state: 'hidden' });
    failures = failures.filter((failure) => !failure.includes('ERR_INTERNET_DISCONNECTED'));
  });

  test('an event stream that the API ends in order is noticed, and opened again', async () => {
    await page.goto('/loads');
    await page.getByRole('button', { name: 'Live' }).waitFor();
    const noticed = page.getByRole('button', { name: 'Every 15 s' }).waitFor();
    await Promise.all([noticed, house.replace('api', 'SIGTERM')]);
    await page.getByRole('button', { name: 'Live' }).waitFor();
    failures = failures.filter((failure) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/.test(failure));
  });

  test('updates are paused and resumed by a key', async () => {
    await page.goto('/loads');
    await page.getByRole('button', { name: 'Live' }).waitFor();
    await page.keyboard.press('l');
    await page.getByRole('button', { name: 'Paused', pressed: true }).waitFor();
    await page.keyboard.press('l');
    await page.getByRole('button', { name: 'Live', pressed: false }).waitFor();
  });

  test('an address of nothing says so with the request id, and lets one try again', async () => {
    await page.goto('/loads/1');
    await page
      .getByRole('alert')
      .getByText(/no load/i)
      .waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    // The browser itself reports the 404 of the call.
    failures = failures.filter((failure) => !failure.includes('404'));
  });
});
