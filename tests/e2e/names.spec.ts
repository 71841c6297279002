import { readFile } from 'node:fs/promises';

import { confirmAsked, filterBy, items, narrowTo, onBatch, openEvents, review, rows } from './console';
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
    `resource_id,name,service,owner,local_disks\n${ids[0]},shop-web-1,shop,team-a,no\n${ids[1]},shop-web-2,shop,,\n`,
  );
  const named = rows(page).filter({ hasText: 'shop-web-1' });
  await page.getByRole('searchbox', { name: 'Search events' }).fill('SHOP-web-1');
  await expect(named.first().locator('.cell-resource')).toHaveText(new RegExp(`^\\s*shop-web-1\\s*${ids[0]!.slice(0, 8)}`), {
    timeout: 15_000,
  });

  // The label of the configuration has a menu, any other tag a chip; both stand in the URL.
  await openEvents(page);
  await filterBy(page, 'service', 'shop');
  await expect(page).toHaveURL(/[?&]tag=service:shop/);
  for (const text of await rows(page).locator('.cell-resource').allInnerTexts()) expect(text).toMatch(/^shop-web-[12]/);
  await named.first().locator('.cell-resource').click();
  const detail = page.getByRole('complementary').filter({ hasText: 'Facts' });
  await expect(detail.getByText('no local disks (by the inventory)')).toBeVisible();
  await expect(detail.getByText(ids[0]!).first()).toBeVisible();
  await detail.getByRole('button', { name: /owner: team-a/ }).click();
  await expect(page.getByRole('button', { name: 'Do not filter by owner: team-a any more' })).toBeVisible();
  await expect(rows(page).first().locator('.cell-resource')).toContainText('shop-web-1');
  await page.keyboard.press('Escape');

  await openEvents(page, '/events?tag=service:shop');
  await narrowTo(page, 'edge', 'Reboot');
  const sheet = await review(page, 2);
  await expect(sheet.getByRole('tab', { name: 'Machines (2)' })).toHaveAttribute('aria-selected', 'true');
  await expect(sheet.getByText('shop-web-2')).toBeVisible();
  await expect(sheet.getByText(ids[1]!).first()).toBeVisible();
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirmAsked(sheet);
  await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
  await onBatch(page, 'Reboot · 2 events');
  await expect(items(page).filter({ hasText: 'shop-web-1' })).toContainText(ids[0]!);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV', exact: true }).or(page.getByRole('button', { name: 'Export CSV' })).first().click();
  const file = await readFile(await (await saved).path(), 'utf8');
  expect(file).toMatch(new RegExp(`${ids[0]}.*shop-web-1`));
});

test('a name that the cloud tells stands before the id, and is found', async ({ page, request }) => {
  await openEvents(page);
  let told: { name: string; id: string } | undefined;
  await expect(async () => {
    const answer = await request.get('/api/v1/events?account=ecs&limit=50');
    type Told = { resource_id: string; resource?: { name?: string } };
    const { events } = (await answer.json()) as { events: Told[] };
    const event = events.find((event) => event.resource?.name !== undefined);
    expect(event).toBeDefined();
    told = { name: event!.resource!.name!, id: event!.resource_id.trim() };
  }).toPass({ timeout: 15_000 });
  await page.getByRole('searchbox', { name: 'Search events' }).fill(told!.name);
  const cell = rows(page).filter({ hasText: told!.name }).first().locator('.cell-resource');
  await expect(cell).toContainText(told!.id.slice(0, 8));
  expect((await cell.innerText()).startsWith(told!.name)).toBe(true);
});

test('what is wrong with the inventory is told, and what was read before stays', async ({ page, evenkeel }) => {
  await openEvents(page);
  const problem = page.getByText(/inventory\.csv:2: the row has no `resource_id`/);
  await expect(problem).toBeHidden();
  // Told to the open page, and so is its end.
  evenkeel.writeInventory('resource_id,name\n,nameless\ni-1,one\n');
  await expect(problem).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText('A problem in the inventory')).toBeVisible();
  evenkeel.writeInventory('resource_id,name\ni-1,one\n');
  await expect(problem).toBeHidden({ timeout: 15_000 });
});
