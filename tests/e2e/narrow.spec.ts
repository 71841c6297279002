import { becomes, confirm, grid, items, narrowTo, onBatch, openEvents, review, rows } from './console';
import { expect, test, type Page } from './fixtures';

test.use({ viewport: { width: 390, height: 844 } });

/** How far anything of the page reaches beyond its right edge. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => {
    const wide = document.querySelector('.detail, dialog[open]') ?? document.documentElement;
    return wide.scrollWidth - wide.clientWidth;
  });
}

test('shows events at once, and still after all of them were selected', async ({ page }) => {
  await openEvents(page);
  const first = (await rows(page).first().boundingBox())!;
  expect(first.y).toBeLessThan(470);
  expect(await overhang(page)).toBe(0);
  await page.getByRole('checkbox', { name: /^Select all/ }).click();
  const tray = (await page.getByRole('region', { name: 'Selection' }).boundingBox())!;
  expect(tray.height).toBeLessThan(125);
  expect(tray.y).toBeGreaterThan(first.y + first.height);
  await expect(page.getByRole('button', { name: 'Export CSV' })).toBeVisible();
});

test('fits the detail and the review into the screen', async ({ page }) => {
  await openEvents(page);
  await rows(page).first().locator('.cell-resource').click();
  await expect(page.getByRole('heading', { name: 'What can be done now' })).toBeVisible();
  expect(await overhang(page)).toBe(0);
  await page.keyboard.press('Escape');
  await expect(grid(page)).toBeFocused();
  await page.getByRole('checkbox', { name: /^Select all/ }).click();
  await page.getByRole('button', { name: /^Review/ }).click();
  await expect(page.getByRole('dialog').getByText(/^Batch 1 of \d/)).toBeVisible();
  expect(await overhang(page)).toBe(0);
});

test('fits a batch, an item of it and the list of batches into the screen', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'error', status: 503, times: 1 });
  const sheet = await review(page, 2);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 2);
  await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
  await onBatch(page, 'Reboot · 2 events');
  await becomes(page, { unknown: 2 });
  expect(await overhang(page)).toBe(0);
  await items(page).first().getByRole('link').click();
  await expect(page.getByRole('button', { name: 'It did not happen' })).toBeVisible();
  expect(await overhang(page)).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Batches' }).first().click();
  await expect(page.getByRole('link', { name: 'Reboot · 2 events' })).toBeVisible();
  expect(await overhang(page)).toBe(0);
});
