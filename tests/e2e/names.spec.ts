import { readFile } from 'node:fs/promises';

import { confirmAsked, items, narrowTo, onBatch, openEvents, review, rows } from './console';
import { expect, test } from './fixtures';

test.use({ inventory: 'resource_id,name\n' });

test('names of the inventory stand before the ids, from the list to the file of a batch', async ({ page, request, evenkeel }) => {
  await openEvents(page);
  const answer = await request.get('/api/v1/events?account=edge&state=inquiring&type=reboot&limit=2');
  const { events } = (await answer.json()) as { events: { resource_id: string }[] };
  const ids = events.map((event) => event.resource_id.trim());
  expect(ids).toHaveLength(2);
  // Taken without a restart, and told to the open page.
  evenkeel.writeInventory(
    `resource_id,name,service,local_disks\n${ids[0]},shop-web-1,shop,no\n${ids[1]},shop-web-2,shop,\n`,
  );
  const named = rows(page).filter({ hasText: 'shop-web-1' });
  await page.getByRole('searchbox', { name: 'Search events' }).fill('SHOP-web-1');
  await expect(named.first().locator('.cell-resource')).toHaveText(new RegExp(`^\\s*shop-web-1\\s*${ids[0]!.slice(0, 12)}`), {
    timeout: 15_000,
  });

  await openEvents(page, '/events?tag=service:shop');
  await expect(page.getByRole('button', { name: /service: shop/ })).toBeVisible();
  for (const text of await rows(page).locator('.cell-resource').allInnerTexts()) expect(text).toMatch(/^shop-web-[12]/);
  await named.first().locator('.cell-resource').click();
  const detail = page.getByRole('complementary').filter({ hasText: 'Facts' });
  await expect(detail.getByText('no local disks (by the inventory)')).toBeVisible();
  await expect(detail.getByText(ids[0]!).first()).toBeVisible();
  await page.keyboard.press('Escape');

  await narrowTo(page, 'edge', 'Reboot');
  const sheet = await review(page, 2);
  await sheet.getByText('The 2 in this batch').click();
  await expect(sheet.getByText('shop-web-2')).toBeVisible();
  await expect(sheet.getByText(ids[1]!).first()).toBeVisible();
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirmAsked(sheet);
  await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
  await onBatch(page, 'Reboot 2 instances');
  await expect(items(page).filter({ hasText: 'shop-web-1' })).toContainText(ids[0]!);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV', exact: true }).or(page.getByRole('button', { name: 'Export CSV' })).first().click();
  const file = await readFile(await (await saved).path(), 'utf8');
  expect(file).toMatch(new RegExp(`${ids[0]}.*shop-web-1`));
});

test('what is wrong with the inventory is told, and what was read before stays', async ({ page, evenkeel }) => {
  evenkeel.writeInventory('resource_id,name\n,nameless\ni-1,one\n');
  await openEvents(page);
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('A problem in the inventory')).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
  await expect(page.getByText(/inventory\.csv:2: the row has no `resource_id`/)).toBeVisible();
});
