import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { becomes, confirm, filterBy, grid, items, narrowTo, onBatch, openEvents, requests, review, reviewAll, reviewSelected, rows } from './console';
import { expect, test, type Page } from './fixtures';

/** A fleet of a few events that end as their ids say. */
function fewEvents(): string {
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const asking = (hours: number) => ({ published_at: at(-1), not_before: at(hours), course: { kind: 'asking', until: at(hours) } });
  const reboot = 'Instance:SystemMaintenance.Reboot';
  const state = {
    version: 1,
    events: {
      ens: [
        { id: 'e-goes-wrong', resource_id: 'i-goes-wrong', type: reboot, ...asking(5), fails: true },
        { id: 'e-goes-well', resource_id: 'i-goes-well', type: reboot, ...asking(6) },
        { id: 'e-hidden', resource_id: 'i-1\u202egnp.exe', type: 'Disk:Stalled', ...asking(7) },
      ],
      'huawei-ecs': [1, 2, 3].map((n) => ({ id: `stop-${n}`, resource_id: `vm-${n}`, type: 'instance-stop', ...asking(8), deadline: at(9) })),
    },
  };
  const file = join(mkdtempSync(join(tmpdir(), 'evenkeel-e2e-state-')), 'state.json');
  writeFileSync(file, JSON.stringify(state));
  return file;
}

const badge = (page: Page) => page.getByRole('region', { name: 'Progress' }).locator('.badge');

test.describe('of a few events', () => {
  test.use({
    cloudOptions: async ({}, use) => {
      await use(['--state', fewEvents()]);
    },
  });

  test('an order that was taken is not yet a maintenance that went well', async ({ page }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    const sheet = await reviewAll(page);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 2);
    await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
    await onBatch(page, 'Reboot · 2 events');
    await becomes(page, { taken: 2 });
    await expect(page.getByText('2 of 2 answered')).toBeVisible();
    await expect(badge(page)).toHaveText(/✕\s*1 failed/, { timeout: 30_000 });
    await expect(badge(page)).toHaveAttribute('data-tone', 'bad');
    await expect(page.getByText('Maintenance: 1 failed · 1 completed')).toBeVisible({ timeout: 30_000 });
    await page.getByRole('group', { name: 'Maintenance' }).getByRole('button', { name: 'failed · 1' }).click();
    await expect(items(page)).toHaveCount(1);
    await expect(items(page).first()).toContainText('i-goes-wrong');
    await expect(page).toHaveURL(/\?maintenance=failed$/);
    await page.getByRole('link', { name: 'Batches' }).first().click();
    await expect(page.getByRole('listitem').filter({ hasText: 'Reboot · 2 events' }).locator('.badge')).toHaveText(/1 failed/);
  });

  test('what stops at once is said, and its number typed', async ({ page, clouds }) => {
    await openEvents(page);
    await filterBy(page, 'Account', 'ecs');
    const sheet = await reviewAll(page);
    await expect(sheet.getByRole('heading', { name: 'Accept: stop 3 instances', exact: true })).toBeVisible();
    await expect(sheet.getByText('Nothing of this batch loses data; 3 go down.')).toBeVisible();
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await expect(sheet.getByRole('heading', { name: 'Accept: stop 3 instances now', exact: true })).toBeVisible();
    await expect(sheet.getByText('3 instances go down at the same time')).toBeVisible();
    await expect(sheet.getByText('3 stay stopped until somebody starts them again.', { exact: false })).toBeVisible();
    await sheet.getByRole('button', { name: /^Accept 3/ }).click();
    expect(await clouds.acts()).toEqual([]);
    await sheet.getByRole('textbox', { name: 'To confirm, type how many go down at once (3)' }).fill('3');
    await sheet.getByRole('button', { name: 'Accept 3', exact: true }).click();
    await onBatch(page, 'Accept 3 events');
    await becomes(page, { taken: 3 });
  });

  test('an event in an open batch is marked and left out of a review', async ({ page, clouds }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'error', status: 503, times: 1 });
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
    await onBatch(page, 'Reboot · 1 event');
    await becomes(page, { unknown: 1 });
    await expect(badge(page)).toHaveText(/\?\s*1 unknown/);
    const batch = page.url();
    await page.getByRole('link', { name: /^Events/ }).click();
    const mark = rows(page).getByRole('link', { name: 'in batch · unknown' });
    await expect(mark).toHaveCount(1);
    await openEvents(page, '/events?account=edge&type=reboot');
    await expect(mark).toHaveCount(1);
    const both = await reviewAll(page);
    await expect(both.getByRole('heading', { name: 'Reboot 1 instance' })).toBeVisible();
    await expect(both.getByRole('row', { name: 'Stay out: 1' })).toBeVisible();
    await both.getByRole('link', { name: 'in batch · unknown' }).click();
    await expect(page).toHaveURL(new RegExp(`^${batch}/items/0`));
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  test('a batch that was called off, and one that was refused, show no tick', async ({ page, clouds }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'fail_items', count: 2, times: 1 });
    const sheet = await reviewAll(page);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 2);
    await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
    await onBatch(page, 'Reboot · 2 events');
    await becomes(page, { refused: 2 });
    await expect(badge(page)).toHaveText(/✕\s*nothing happened/);
  });

  test('what cannot be seen in an id is written out', async ({ page }) => {
    await openEvents(page);
    await filterBy(page, 'Type', 'Disk');
    await expect(rows(page).first()).toContainText('i-1\\u{202e}gnp.exe');
    await rows(page).first().getByRole('link').first().click();
    await expect(page.getByRole('complementary').filter({ hasText: 'Facts' })).toContainText('i-1\\u{202e}gnp.exe');
  });

  test('a key on the head of a column is for the column, and the skip link takes the focus along', async ({ page }) => {
    await openEvents(page);
    await grid(page).focus();
    const head = grid(page).getByRole('columnheader', { name: 'Resource' });
    await head.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
    await page.keyboard.press('Space');
    await expect(head).toHaveAttribute('aria-sort', 'descending');
    await expect(page.getByRole('complementary').filter({ hasText: 'Facts' })).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'Selection' })).toHaveCount(0);
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    await skip.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
  });

  test.describe('at 400 %', () => {
    test.use({ viewport: { width: 320, height: 256 } });

    test('a review can be used', async ({ page }) => {
      await openEvents(page, '/events?account=edge&type=reboot');
      await page.getByRole('checkbox', { name: /^Select all/ }).click();
      const sheet = await reviewSelected(page, 2);
      const now = sheet.getByRole('radio', { name: /^Now/ });
      await now.scrollIntoViewIfNeeded();
      const box = (await now.boundingBox())!;
      // Scrolling stops at a whole pixel: a part of one may stay below.
      expect(box.y + box.height, 'it can be scrolled to').toBeLessThan(257);
      await now.check();
      await confirm(sheet, 2);
      await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
      await onBatch(page, 'Reboot · 2 events');
    });
  });

  test('seven tabs share one line to the server, and each hears of changes', async ({ page, context }) => {
    test.slow();
    const streams: string[] = [];
    context.on('request', (request) => {
      if (request.url().includes('/api/v1/stream')) streams.push(request.url());
    });
    await openEvents(page);
    const others = [];
    for (let n = 0; n < 6; n += 1) {
      const other = await context.newPage();
      await openEvents(other, new URL('/events?type=reboot', page.url()).href);
      others.push(other);
    }
    await narrowTo(page, 'edge', 'Reboot');
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
    await onBatch(page, 'Reboot · 1 event');
    for (const other of others) await expect(rows(other).filter({ hasText: 'Inquiring' })).toHaveCount(1, { timeout: 30_000 });
    expect(streams).toHaveLength(1);
    // The one that listens goes: another one takes its place, and nobody loads anew.
    await page.close();
    await expect.poll(() => streams.length, { timeout: 20_000 }).toBe(2);
  });
});

test('no number and no “nothing matches” before everything is there', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/api/v1/events/listing?*', async (route) => {
    await held;
    await route.fallback();
  });
  await page.goto('/events?q=no+such+event');
  const failed = page.getByRole('tab', { name: /^Failed/ });
  await expect(failed).toHaveText(/Failed\s*…/);
  await expect(page.getByText('Nothing matches')).toHaveCount(0);
  release();
  await expect(failed).toHaveText(/Failed\s*\d+/);
  await expect(page.getByText('Nothing matches')).toBeVisible();
});

test.describe('when the server goes away', () => {
  test.use({ expectedErrors: /Failed to load resource: net::ERR_/ });

  test('a batch’s page says so and takes its levers away until it is back', async ({ page, clouds, evenkeel }) => {
    test.slow();
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'throttle', retry_after_s: 600, times: 1 });
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
    await onBatch(page, 'Reboot · 1 event');
    const cancel = page.getByRole('button', { name: /^Cancel the 1/ });
    // What is under way while the server goes cannot be called off.
    await expect(items(page).first()).toContainText('the cloud asks to wait');
    await expect(cancel).not.toHaveAttribute('aria-disabled', 'true');
    await evenkeel.kill();
    const strip = page.getByRole('status').filter({ hasText: 'The Evenkeel server has not answered since' });
    await expect(strip).toBeVisible({ timeout: 20_000 });
    await expect(cancel).toHaveAttribute('aria-disabled', 'true');
    await expect(cancel).toHaveAttribute('title', 'the server does not answer');
    await page.getByRole('link', { name: 'Batches' }).first().click();
    await expect(strip).toBeVisible();
    await evenkeel.restart();
    await expect(strip).toHaveCount(0, { timeout: 40_000 });
    await page.goBack();
    await cancel.click();
    await expect(badge(page)).toHaveText(/⊘\s*called off/);
  });

  test('the alert of an asking that failed goes when the server is heard again', async ({ page }) => {
    await openEvents(page);
    await page.route('**/api/v1/events/refresh', (route) => route.abort('connectionrefused'), { times: 1 });
    await page.getByRole('button', { name: 'Refresh' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'the Evenkeel server does not answer' });
    await expect(alert).toBeVisible();
    await expect(alert).toHaveCount(0, { timeout: 20_000 });
  });
});

test.describe('where the clocks change', () => {
  test.use({ timezoneId: 'Europe/Berlin' });

  test('a local time that is left out, or comes twice, is said, and a person chooses', async ({ page }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^At a time/ }).check();
    const preview = await requests(sheet);
    const time = sheet.getByLabel('Time', { exact: true });
    await time.fill('2027-03-28T02:30');
    await expect(sheet.getByText(/it does not exist that day/)).toBeVisible();
    await expect(preview).toContainText('"PlanTime": "?"');
    await sheet.getByRole('button', { name: 'Use 28 Mar 2027 03:30 UTC+2' }).click();
    await expect(preview).toContainText(String(Date.parse('2027-03-28T03:30:00+02:00')));
    await expect(sheet.getByRole('button', { name: 'UTC+2 · local time' })).toBeVisible();
    await time.fill('2027-10-31T02:30');
    await expect(sheet.getByText(/show this time twice/)).toBeVisible();
    await sheet.getByRole('button', { name: 'Use 31 Oct 2027 02:30 UTC+1' }).click();
    await expect(preview).toContainText(String(Date.parse('2027-10-31T02:30:00+01:00')));
    await expect(sheet.getByRole('button', { name: 'UTC+1 · local time' })).toBeVisible();
  });
});
