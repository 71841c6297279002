import { readFile } from 'node:fs/promises';

import type { Route } from '@playwright/test';

import { becomes, confirm, counts, filterBy, items, listed, narrowTo, onBatch, openEvents, review, reviewAll } from './console';
import { expect, test, type Page } from './fixtures';
import { HELD_MS, type Clouds } from './servers';

/** How many items of a slow batch have begun: one that tried the key, and as many as may be under way at once. */
const BEGUN = 5;

/** A batch of which four calls are under way until they are let go, after the one that tried the key. */
async function heldBatch(page: Page, clouds: Clouds): Promise<number> {
  await openEvents(page);
  await filterBy(page, 'Account', 'ecs');
  await filterBy(page, 'State', 'Inquiring');
  await filterBy(page, 'Type', 'Reboot');
  const count = await listed(page);
  expect(count, 'more than are under way at once').toBeGreaterThan(BEGUN);
  await clouds.fault({ operation: 'AcceptScheduledEvent', kind: 'delay', ms: HELD_MS, nth: [2, 3, 4, 5] });
  const sheet = await reviewAll(page);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, count);
  await sheet.getByRole('button', { name: `Accept ${count}`, exact: true }).click();
  await onBatch(page, `Accept ${count} events`);
  await expect.poll(async () => (await counts(page)).sending).toBe(4);
  return count;
}

test('a reload in the middle, another browser, another person: the same view', async ({ page, clouds, browser }) => {
  const count = await heldBatch(page, clouds);
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  await onBatch(other, `Accept ${count} events`);
  await page.reload();
  await onBatch(page, `Accept ${count} events`);
  await clouds.letGo();
  await Promise.all([becomes(page, { taken: count }), becomes(other, { taken: count })]);
  await other.goto(new URL('/batches', page.url()).href);
  await expect(other.getByRole('link', { name: `Accept ${count} events` })).toBeVisible();
  await expect(other.getByText(`${count} of ${count} answered`)).toBeVisible();
  await other.context().close();
  expect((await clouds.acts()).map((event) => event.received)).toEqual(Array(count).fill(1));
});

test('cancels what is not begun, waits for what is under way, and retries the rest', async ({ page, clouds }) => {
  const count = await heldBatch(page, clouds);
  await page.getByRole('button', { name: `Cancel the ${count - BEGUN} not sent yet` }).click();
  await becomes(page, { taken: 1, sending: BEGUN - 1, 'not sent': count - BEGUN });
  await clouds.letGo();
  await becomes(page, { taken: BEGUN, 'not sent': count - BEGUN });
  await page.getByRole('button', { name: /^not sent/ }).click();
  await expect(items(page).filter({ hasText: 'called off before it left' })).toHaveCount(count - BEGUN);
  expect((await clouds.acts()).map((event) => event.received)).toEqual(Array(BEGUN).fill(1));

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export JSON' }).click();
  const file = JSON.parse(await readFile(await (await saved).path(), 'utf8')) as { items: { state: string; reason?: string }[] };
  expect(file.items).toHaveLength(count);
  expect(file.items.filter((item) => item.state === 'not_sent' && item.reason === 'cancelled')).toHaveLength(count - BEGUN);

  await page.getByRole('button', { name: `Retry the ${count - BEGUN} refused and unsent…` }).click();
  const again = page.getByRole('dialog');
  await confirm(again, count - BEGUN);
  await again.getByRole('button', { name: `Accept ${count - BEGUN}`, exact: true }).click();
  await onBatch(page, `Accept ${count - BEGUN} events`);
  await becomes(page, { taken: count - BEGUN });
  expect((await clouds.acts()).map((event) => event.accepted)).toEqual(Array(count).fill(1));
});

test('pauses and goes on', async ({ page, clouds }) => {
  const count = await heldBatch(page, clouds);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText(/^Paused: nothing more leaves/)).toBeVisible();
  await clouds.letGo();
  await becomes(page, { taken: BEGUN, queued: count - BEGUN });
  await page.getByRole('button', { name: 'Resume' }).click();
  await becomes(page, { taken: count });
  await expect(page.getByText(/^Paused: nothing more leaves/)).toHaveCount(0);
});

/** Lets the server have the batch, and loses its answer, so many times. */
async function loseAnswers(page: Page, times: number): Promise<void> {
  let lost = 0;
  await page.route('**/api/v1/batches', async (route: Route) => {
    if (route.request().method() !== 'POST' || lost === times) return route.fallback();
    lost += 1;
    await route.fetch();
    await route.abort('connectionreset');
  });
}

test.describe('when the answer to the handing in is lost', () => {
  test.use({ expectedErrors: /Failed to load resource.*ERR_CONNECTION_RESET/ });

  test('the same is asked again, and there is one batch', async ({ page, clouds }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    await loseAnswers(page, 1);
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
    await expect(sheet.getByRole('heading', { name: 'No answer yet: asking again.' })).toBeVisible();
    await onBatch(page, 'Reboot · 1 event');
    await becomes(page, { taken: 1 });
    await page.getByRole('link', { name: 'Batches' }).first().click();
    await expect(page.getByRole('list', { name: 'Batches' }).getByRole('listitem')).toHaveCount(1);
    expect((await clouds.acts()).map((event) => event.received)).toEqual([1]);
  });

  test('it is asked again after a reload, too', async ({ page, clouds }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    await loseAnswers(page, Infinity);
    const sheet = await review(page, 2);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 2);
    await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
    await expect(sheet.getByRole('heading', { name: 'No answer yet: asking again.' })).toBeVisible();
    await page.unroute('**/api/v1/batches');
    await page.reload();
    const strip = page.getByRole('status').filter({ hasText: 'Reboot · 2 events in edge' });
    await expect(strip).toContainText('The server has the batch.');
    await strip.getByRole('link', { name: 'Open the batch' }).click();
    await onBatch(page, 'Reboot · 2 events');
    await becomes(page, { taken: 2 });
    await page.getByRole('link', { name: 'Batches' }).first().click();
    await expect(page.getByRole('list', { name: 'Batches' }).getByRole('listitem')).toHaveCount(1);
    await page.reload();
    await expect(strip).toHaveCount(0);
    expect((await clouds.acts()).map((event) => event.received)).toEqual([1, 1]);
  });

  test('a password is not kept over a reload: it is asked for again', async ({ page, clouds }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Migrate');
    await loseAnswers(page, Infinity);
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await sheet.getByRole('radio', { name: /^Move it or stop/ }).check();
    await sheet.getByLabel('Password', { exact: true }).fill('Canary77-long');
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: /^Migrate 1/ }).click();
    await expect(sheet.getByRole('heading', { name: 'No answer yet: asking again.' })).toBeVisible();
    await page.unroute('**/api/v1/batches');
    await page.reload();
    const strip = page.getByRole('status').filter({ hasText: 'Migrate · 1 event in edge' });
    await expect(strip).toContainText('Its password is kept nowhere');
    await strip.getByLabel('Password').fill('Canary77-long');
    await strip.getByRole('button', { name: 'Ask again' }).click();
    await expect(strip).toContainText('The server has the batch.');
    await strip.getByRole('link', { name: 'Open the batch' }).click();
    await becomes(page, { taken: 1 });
    expect((await clouds.acts()).map((event) => event.received)).toEqual([1]);
  });
});

test.describe('when the server is killed while a call is on its way', () => {
  test.use({ expectedErrors: /Failed to load resource: net::ERR_/ });

  test('the page goes on by itself, and nothing is sent twice', async ({ page, clouds, evenkeel }) => {
    test.slow();
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'delay', ms: HELD_MS, times: 1 });
    const sheet = await review(page, 2);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 2);
    await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
    await onBatch(page, 'Reboot · 2 events');
    await becomes(page, { sending: 2 });
    await evenkeel.kill();
    await clouds.letGo();
    await evenkeel.restart();
    // Nobody knows until the events have moved.
    await becomes(page, { taken: 2 }, 60_000);
    expect((await clouds.acts()).map((event) => event.received)).toEqual([1, 1]);
  });
});

test.describe('when the events cannot be read', () => {
  test.use({ expectedErrors: /503 \(Service Unavailable\)/ });

  test('batches are listed all the same', async ({ page }) => {
    await page.route('**/api/v1/events/listing?*', async (route: Route) => {
      const problem = { type: 'about:blank', title: 'away', status: 503, code: 'store_unavailable' };
      await route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) });
    });
    await page.goto('/batches');
    await expect(page.getByText('No batches yet')).toBeVisible();
  });
});
