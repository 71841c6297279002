import { flaws } from './axe';
import { becomes, confirm, items, narrowTo, onBatch, openEvents, requests, review, reviewAll, rows } from './console';
import { expect, test } from './fixtures';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('axe finds nothing wrong with the list and the detail', async ({ page }) => {
      await openEvents(page);
      await rows(page).nth(1).getByRole('checkbox').click();
      expect(await flaws(page)).toEqual([]);
      await page.getByRole('search').locator('summary', { hasText: /^State/ }).click();
      expect(await flaws(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await rows(page).first().locator('.cell-resource').click();
      await expect(page.getByRole('heading', { name: 'What can be done now' })).toBeVisible();
      expect(await flaws(page)).toEqual([]);
      await page.getByRole('searchbox', { name: 'Search events' }).fill('no such event anywhere');
      await expect(page.getByText('Nothing matches')).toBeVisible();
      expect(await flaws(page)).toEqual([]);
    });

    test('axe finds nothing wrong with a review of several batches, open questions shown', async ({ page }) => {
      await openEvents(page);
      const sheet = await reviewAll(page);
      await sheet.getByRole('radio', { name: /^At a time/ }).check();
      await sheet.getByRole('button', { name: /missing$/ }).click();
      expect(await flaws(page)).toEqual([]);
      await requests(sheet);
      expect(await flaws(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('alertdialog')).toBeVisible();
      expect(await flaws(page)).toEqual([]);
      await page.getByRole('button', { name: 'Keep it for later' }).click();
      await expect(page.getByText('is not finished, and nothing of it is sent')).toBeVisible();
      expect(await flaws(page)).toEqual([]);
    });

    test('axe finds nothing wrong with a batch, its items and the list of batches', async ({ page, clouds }) => {
      await openEvents(page);
      await narrowTo(page, 'edge', 'Reboot');
      await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'fail_items', count: 1, times: 1 });
      const sheet = await review(page, 3);
      await sheet.getByRole('radio', { name: /^Now/ }).check();
      await confirm(sheet, 3);
      await sheet.getByRole('button', { name: 'Reboot 3', exact: true }).click();
      await onBatch(page, 'Reboot · 3 events');
      await becomes(page, { taken: 2, refused: 1 });
      expect(await flaws(page)).toEqual([]);
      await items(page).first().getByRole('link').click();
      await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
      expect(await flaws(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Retry the 1/ }).click();
      await expect(page.getByRole('dialog', { name: 'Again: Reboot · 1 event' })).toBeVisible();
      expect(await flaws(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Batches' }).first().click();
      await expect(page.getByRole('link', { name: 'Reboot · 3 events' })).toBeVisible();
      expect(await flaws(page)).toEqual([]);
    });

    test('axe finds nothing wrong with an item of which nobody knows', async ({ page, clouds }) => {
      await openEvents(page);
      await narrowTo(page, 'edge', 'Reboot');
      await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'error', status: 503, times: 1 });
      const sheet = await review(page, 1);
      await sheet.getByRole('radio', { name: /^Now/ }).check();
      await confirm(sheet, 1);
      await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
      await onBatch(page, 'Reboot · 1 event');
      await becomes(page, { unknown: 1 });
      await items(page).first().getByRole('link').click();
      await expect(page.getByRole('button', { name: 'It did not happen' })).toBeVisible();
      expect(await flaws(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: /^Events/ }).click();
      await expect(rows(page).getByRole('link', { name: 'in batch · unknown' })).toHaveCount(1);
      expect(await flaws(page)).toEqual([]);
    });
  });
}
