import type { Route } from '@playwright/test';
import { flaws } from './axe';
import { grid, openEvents, rows } from './console';
import { expect, test, type Page } from './fixtures';

/** Every part of the program but the one that the first view needs. */
const PARTS = /\/program\/[^/]*_(split|chunk)_[^/]*\.wasm$/;

/** The one that is fetched ahead after all others. */
const LAST = /_split_activity_views\.wasm$/;

/** Lets no part come, until the answer says that it may: by then all of them were fetched ahead, in vain, so that what
 * comes comes because it is asked for. */
async function cutOff(page: Page): Promise<() => Promise<void>> {
  const asked: string[] = [];
  await page.route(PARTS, (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  return async () => {
    await expect.poll(() => asked.some((url) => LAST.test(url))).toBe(true);
    await page.unroute(PARTS);
  };
}

/** Lets no part come to the page that is loaded next, but to every later one. */
async function cutOffOnePage(page: Page, how: (route: Route) => Promise<void>): Promise<void> {
  let pages = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) pages += 1;
  });
  await page.route(PARTS, (route) => (pages > 1 ? route.continue() : how(route)));
}

test('the first view comes without the other parts, which are fetched once the list is there', async ({ page }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const asked: string[] = [];
  await page.route(PARTS, async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    await held;
    await route.continue();
  });
  await openEvents(page);
  await expect(rows(page).first()).toBeVisible();
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  const fetched = page.waitForResponse((response) => /_split_review_views\.wasm$/.test(response.url()));
  const last = page.waitForResponse((response) => LAST.test(response.url()));
  release();
  const answer = await fetched;
  expect(answer.headers()['content-type']).toBe('application/wasm');
  expect(answer.headers()['content-encoding']).toBe('br');
  expect(answer.headers()['cache-control']).toContain('immutable');
  await (await last).finished();

  // Nothing is fetched when it is needed, then.
  await page.route(PARTS, (route) => route.abort());
  await rows(page).first().getByRole('link').click();
  await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toBeFocused();
  await page.getByRole('link', { name: 'Batches' }).click();
  await expect(page.getByRole('heading', { name: 'Batches', level: 1 })).toBeVisible();
});

test.describe('a part that does not come', () => {
  test.use({ expectedErrors: /Failed to load resource/ });

  test('the review is told, comes when it can, and has what was selected', async ({ page }) => {
    const letThrough = await cutOff(page);
    await openEvents(page, '/events?account=edge&show=decide');
    await rows(page).first().getByRole('checkbox').click();
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: /^Review/ }).click();
    const told = page.getByRole('alert').filter({ hasText: 'could not be loaded' });
    await expect(told).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect(await flaws(page)).toEqual([]);

    // It is told anew as long as it does not help.
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(told).toBeVisible();
    await letThrough();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(told).toHaveCount(0);
    await expect(page.getByRole('dialog').getByRole('tab', { name: 'Machines (1)' })).toBeVisible();
  });

  test('the review comes by itself when a server that was away is back', async ({ page, evenkeel }) => {
    test.slow();
    const letThrough = await cutOff(page);
    await openEvents(page, '/events?account=edge&show=decide');
    await rows(page).first().getByRole('checkbox').click();
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: /^Review/ }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'could not be loaded' })).toBeVisible();
    await evenkeel.kill();
    await letThrough();
    await evenkeel.restart();
    await expect(page.getByRole('dialog').getByRole('tab', { name: 'Machines (1)' })).toBeVisible({ timeout: 40_000 });
  });

  test('the detail of an event is told beside the list, can be left, and comes when it can', async ({ page }) => {
    const letThrough = await cutOff(page);
    await openEvents(page);
    await rows(page).first().getByRole('link').click();
    const panel = page.getByRole('complementary', { name: 'Event' });
    await expect(panel.getByRole('alert')).toContainText('could not be loaded');
    expect(await flaws(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect(panel).toHaveCount(0);
    await expect(grid(page)).toBeVisible();

    await rows(page).first().getByRole('link').click();
    await letThrough();
    await panel.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toBeFocused();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  test('the batches are told in their place, and come when the page is loaded anew', async ({ page }) => {
    await cutOffOnePage(page, (route) => route.abort());
    await page.goto('/batches');
    const told = page.getByRole('main').getByRole('alert');
    await expect(told).toContainText('could not be loaded');
    expect(await flaws(page)).toEqual([]);
    await page.getByRole('button', { name: 'Load the page anew' }).click();
    await expect(page.getByText('No batches', { exact: false }).first()).toBeVisible();
    await expect(told).toHaveCount(0);
  });

  test('one of a program that the server has no more is told, and the page loaded anew has the new one', async ({ page }) => {
    await cutOffOnePage(page, (route) =>
      route.continue({ url: route.request().url().replace(/-[0-9a-f]{16}_/, '-0123456789abcdef_') }));
    await page.goto('/batches');
    await expect(page.getByRole('main').getByRole('alert')).toContainText('If Evenkeel was updated meanwhile');
    await page.getByRole('button', { name: 'Load the page anew' }).click();
    await expect(page.getByRole('heading', { name: 'Batches', level: 1 })).toBeVisible();
  });
});
