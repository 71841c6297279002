import type { APIRequestContext } from '@playwright/test';

import { grid, reviewSelected, rows } from './console';
import { expect, test, type Page } from './fixtures';

/** More than the page is to keep. */
const FLEET = 600;

interface Stored {
  id: string;
  account: string;
  resource_id: string;
}

async function asked(request: APIRequestContext, query: string): Promise<{ events: Stored[]; total: number }> {
  return (await request.get(`/api/v1/events?${query}`)).json() as Promise<{ events: Stored[]; total: number }>;
}

const ids = (page: Page) => rows(page).locator('.cell-resource .row-id');
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search events' });
const selectAll = (page: Page) => page.getByRole('checkbox', { name: /^Select all/ });
const status = (page: Page) => page.locator('.page-title [role=status]');

async function open(page: Page, path = '/events'): Promise<void> {
  await expect.poll(async () => (await asked(page.request, 'limit=1')).total, { timeout: 40_000 }).toBe(FLEET);
  await page.goto(path);
  await expect(page.getByText(`${FLEET} events are too many to keep in this page.`)).toBeVisible();
  await expect(rows(page).first()).toBeVisible();
}

/** The keyboard goes down page by page, until all are here. */
async function toTheEnd(page: Page): Promise<void> {
  await page.keyboard.press('End');
  await expect(page.getByText(`400 of the ${FLEET} that match are here`)).toBeVisible();
  await page.keyboard.press('End');
  await expect(page.getByText('that match are here')).toHaveCount(0);
  await page.keyboard.press('End');
}

test.describe('of more events than the page keeps', () => {
  test.use({
    cloudOptions: ['--events', String((FLEET * 3) / 2)],
    serverTable: 'listing_events = 100',
  });

  test('the list is the proxy’s, page by page, and all of it is selected only where all of it is here', async ({ page, request }) => {
    await open(page);
    await expect(page.getByText('It keeps 100 at most.')).toBeVisible();
    await expect(page.getByRole('tab', { name: /^All/ })).toHaveText(`All ${FLEET}`);
    await expect(status(page)).toHaveText(`${FLEET} events`);
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
    await expect(page.getByText(`200 of the ${FLEET} that match are here`)).toBeVisible();
    await expect(selectAll(page)).toBeDisabled();
    await expect(selectAll(page)).toHaveAccessibleName(/not before all 600 that match are here/);
    await expect(page.getByRole('button', { name: 'Export' })).toHaveAttribute('aria-disabled', 'true');
    const { events } = await asked(request, `limit=${FLEET}`);
    await expect(ids(page).first()).toHaveAttribute('title', String(events[0]?.resource_id));
    await grid(page).focus();
    await toTheEnd(page);
    await expect(ids(page).last()).toHaveAttribute('title', String(events[FLEET - 1]?.resource_id));
    await expect(selectAll(page)).toBeEnabled();
    await expect(selectAll(page)).toHaveAccessibleName(`Select all ${FLEET} that match`);
  });

  test('nothing is said to have moved because more of it has come', async ({ page }) => {
    await open(page);
    await page.getByRole('columnheader', { name: 'Resource' }).getByRole('button').click();
    await expect(page.getByRole('columnheader', { name: 'Resource' })).toHaveAttribute('aria-sort', 'ascending');
    await grid(page).focus();
    await toTheEnd(page);
    await expect(page.getByRole('button', { name: /moved.*: show/ })).toHaveCount(0);
  });

  test('filter, search, order and counts are the proxy’s, and what is seen can be acted on', async ({ page, request }) => {
    await open(page);
    await page.getByRole('columnheader', { name: 'Account' }).getByRole('button').click();
    await page.getByRole('columnheader', { name: 'Account' }).getByRole('button').click();
    const sorted = await asked(request, 'sort=-account&limit=1');
    await expect(ids(page).first()).toHaveAttribute('title', String(sorted.events[0]?.resource_id));
    await page.getByRole('tab', { name: /^To decide/ }).click();
    const decide = await asked(request, 'state=inquiring&sort=-account&limit=200');
    await expect(status(page)).toHaveText(`${decide.total} of ${FLEET} match`);
    const event = decide.events.at(-1) as Stored;
    await search(page).fill(event.resource_id);
    const found = await asked(request, `state=inquiring&q=${event.resource_id}`);
    await expect(status(page)).toHaveText(`${found.total} of ${FLEET} match`);
    await expect(rows(page)).toHaveCount(found.total);
    await expect(selectAll(page)).toHaveAccessibleName(`Select all ${found.total} that match`);
    await selectAll(page).click();
    const sheet = await reviewSelected(page, found.total);
    await expect(sheet).toContainText(event.resource_id.slice(0, 8));
  });

  test('an answer to an older question is dropped, and one that does not come is told and asked for again', async ({ page, request }) => {
    const { events } = await asked(request, 'limit=2');
    await open(page);
    const [one] = (await asked(request, 'limit=1')).events;
    expect(events).toBeDefined();
    let late: (() => void) | undefined;
    await page.route(/[?&]q=slow/, async (route) => {
      await new Promise<void>((done) => (late = done));
      // The page has let go of it by now.
      await route.continue().catch(() => undefined);
    });
    await search(page).fill('slow');
    await expect.poll(() => late !== undefined).toBe(true);
    await expect(grid(page)).toHaveAttribute('aria-busy', 'true');
    await search(page).fill(String(one?.id));
    await expect(rows(page)).toHaveCount(1);
    late?.();
    await page.waitForTimeout(300);
    await expect(rows(page)).toHaveCount(1);
    await expect(status(page)).toHaveText(`1 of ${FLEET} match`);
    await search(page).fill('no such event');
    await expect(page.getByText('Nothing matches')).toBeVisible();
  });

  test.describe('a proxy that cannot answer', () => {
    test.use({ expectedErrors: /503|Failed to load resource/ });

    test('is told, and asked again', async ({ page }) => {
      await open(page);
      let broken = true;
      await page.route(/[?&]q=reboot/, (route) =>
        broken
          ? route.fulfill({
              status: 503,
              contentType: 'application/problem+json',
              body: JSON.stringify({ title: 'Busy', status: 503, code: 'busy', detail: 'too much in hand', request_id: 'r-1' }),
            })
          : route.continue(),
      );
      await search(page).fill('reboot');
      const alert = page.getByRole('alert').filter({ hasText: 'did not answer this filter' });
      await expect(alert).toBeVisible();
      await expect(selectAll(page)).toBeDisabled();
      broken = false;
      await alert.getByRole('button', { name: 'Try again' }).click();
      await expect(alert).toHaveCount(0);
      await expect(status(page)).toHaveText(new RegExp(`^\\d+ of ${FLEET} match$`));
    });
  });
});
