import { readFile } from 'node:fs/promises';

import { FLEET, confirm, filterBy, grid, narrowTo, openEvents, review, rows } from './console';
import { expect, test } from './fixtures';
import { closedPort } from './servers';

test('lists the events of both clouds, and draws only the rows in sight', async ({ page }) => {
  await openEvents(page);
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
  expect(await rows(page).count()).toBeLessThan(60);
  await expect(grid(page).getByRole('gridcell', { name: 'edge', exact: true }).first()).toBeVisible();
  await expect(grid(page).getByRole('gridcell', { name: 'ecs', exact: true }).first()).toBeVisible();
});

test('keeps the filter over a reload and gives it back with the back button', async ({ page }) => {
  await openEvents(page);
  await filterBy(page, 'State', 'Inquiring');
  await filterBy(page, 'Account', 'edge');
  const count = await grid(page).getAttribute('aria-rowcount');
  expect(Number(count)).toBeLessThan(FLEET);
  await page.reload();
  await openEvents(page, page.url());
  await expect(grid(page)).toHaveAttribute('aria-rowcount', count!);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
  await page.goBack();
  await expect(grid(page)).toHaveAttribute('aria-rowcount', count!);
});

test('finds by text and says so when nothing matches', async ({ page }) => {
  await openEvents(page);
  await page.getByRole('searchbox', { name: 'Search events' }).fill('no such event anywhere');
  await expect(page.getByText('Nothing matches')).toBeVisible();
});

test('sorts by a column, up and down', async ({ page }) => {
  await openEvents(page);
  const head = grid(page).getByRole('columnheader', { name: 'Resource' });
  const texts = () => rows(page).locator('.cell-resource').allInnerTexts();
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  const up = await texts();
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  expect(await texts()).not.toEqual(up);
});

test('shows everything the cloud said of an event, at an address that lasts', async ({ page }) => {
  await openEvents(page);
  await filterBy(page, 'Account', 'ecs');
  await rows(page).first().locator('.cell-resource').click();
  const detail = page.getByRole('complementary').filter({ hasText: 'Facts' });
  await expect(detail.getByText('Huawei Cloud ECS', { exact: true })).toBeVisible();
  await expect(detail.getByText('not_before_deadline')).toBeVisible();
  await page.reload();
  await expect(detail.getByText('not_before_deadline')).toBeVisible();
});

test('opens an event by its link, and keeps what is selected', async ({ page }) => {
  await openEvents(page);
  await rows(page).nth(1).getByRole('checkbox').click();
  await rows(page).first().getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'What can be done now' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Selection' }).getByRole('status')).toHaveText('1 selected');
});

test('saves what is shown as CSV', async ({ page }) => {
  await openEvents(page);
  await filterBy(page, 'Account', 'ecs');
  const shown = Number(await grid(page).getAttribute('aria-rowcount')) - 1;
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV' }).click();
  const lines = (await readFile(await (await saved).path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines[0]).toContain('Event id');
  expect(lines).toHaveLength(shown + 1);
});

test('works by keyboard alone', async ({ page }) => {
  await openEvents(page);
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search events' })).toBeFocused();
  await grid(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByRole('region', { name: 'Selection' }).getByRole('status')).toHaveText('3 selected');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'What can be done now' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'What can be done now' })).toHaveCount(0);
});

test.describe('with an account that cannot be reached', () => {
  test.use({
    moreAccounts: async ({}, use) => {
      await use(`
[[accounts]]
id = "dead"
provider = "ens"
region = "cn-beijing"
endpoint = "http://127.0.0.1:${await closedPort()}"
`);
    },
  });

  test('shows the failure beside the data of the others', async ({ page }) => {
    await openEvents(page);
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
    const notice = page.getByRole('alert').or(page.getByRole('status')).filter({ hasText: 'dead: the cloud could not be reached' });
    await expect(notice).toBeVisible();
    await expect(notice.getByRole('button', { name: 'Try again' })).toBeVisible();
  });
});

test.describe('with a throttled account', () => {
  test('waits for the hint, says so, and goes on', async ({ page, clouds }) => {
    await openEvents(page);
    await clouds.fault({ operation: 'DescribeHistoryEvents', kind: 'throttle', retry_after_s: 8, times: 1 });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await expect(page.getByText(/^edge: the cloud asks to wait/)).toBeVisible();
    await expect(page.getByText(/^edge: the cloud asks to wait/)).toHaveCount(0, { timeout: 20_000 });
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
  });
});

test('hears of changes by itself, on every page that is open', async ({ page, browser, evenkeel }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  const row = rows(page).first();
  const id = await row.locator('.cell-resource small').getAttribute('title');
  const other = await (await browser.newContext()).newPage();
  await openEvents(other, `${evenkeel.url}/events`);
  await other.getByRole('searchbox', { name: 'Search events' }).fill(id!);
  await expect(rows(other)).toHaveCount(1);
  await expect(rows(other).first()).toContainText('Inquiring');
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
  await expect(rows(other).first()).not.toContainText('Inquiring', { timeout: 30_000 });
  await other.context().close();
});

test('says how old each account’s events are, and when they are read again', async ({ page }) => {
  await openEvents(page);
  const account = page.getByRole('region', { name: 'Accounts' }).getByRole('button', { name: /^edge/ });
  await expect(account).toHaveText(/^edge\d+ s$/);
  await expect(account).toHaveAttribute('title', /Read .*(Next try in \d+ s\.|Being read now\.)$/);
});

test.describe('when the server goes away', () => {
  test.use({ expectedErrors: /Failed to load resource: net::ERR_/ });

  test('what was read stays, it is said, and the page finds back by itself', async ({ page, evenkeel }) => {
    test.slow();
    await openEvents(page);
    await evenkeel.kill();
    await expect(page.getByText(/^The Evenkeel server has not answered since/)).toBeVisible({ timeout: 20_000 });
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
    await evenkeel.restart();
    await expect(page.getByText(/^The Evenkeel server has not answered since/)).toHaveCount(0, { timeout: 40_000 });
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
  });
});
