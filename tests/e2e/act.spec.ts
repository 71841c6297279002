import { becomes, confirm, hoursAhead, items, narrowTo, onBatch, openEvents, requests, review } from './console';
import { expect, test } from './fixtures';

test('redeploys three at once, and sees them move', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Redeploy');
  const sheet = await review(page, 3);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await expect(await requests(sheet)).toContainText('BatchEventRedeployInstance');
  await confirm(sheet, 3);
  await sheet.getByRole('button', { name: 'Redeploy 3' }).click();
  await onBatch(page, 'Redeploy · 3 events');
  await becomes(page, { taken: 3 });
  await expect(page.getByText('3 of 3 answered')).toBeVisible();
  // The collector sees the events leave their state, and the page hears of it.
  await expect(page.getByRole('region', { name: 'Progress' }).getByRole('status')).toHaveText('3 taken effect', { timeout: 30_000 });
  const acts = await clouds.acts();
  expect(acts.map((event) => event.accepted)).toEqual([1, 1, 1]);
  // What the server has taken is done with.
  await page.getByRole('link', { name: /^Events/ }).click();
  await expect(page.getByRole('region', { name: 'Selection' })).toHaveCount(0);
});

test('schedules a migration, with the data policy chosen by a person', async ({ page }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Migrate');
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^At a time/ }).check();
  await sheet.getByRole('button', { name: 'UTC', exact: true }).click();
  await sheet.getByLabel('Time', { exact: true }).fill(hoursAhead(1));
  await sheet.getByRole('button', { name: /^Migrate 1/ }).click();
  await expect(sheet.getByText('choose one: without a choice the cloud would leave the data behind', { exact: true })).toBeVisible();
  await sheet.getByRole('radio', { name: /^Try to move it/ }).check();
  await expect(sheet.getByText('Not possible for scheduled migrations', { exact: false })).toBeVisible();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: /^Migrate 1/ }).click();
  await onBatch(page, 'Migrate · 1 event');
  await becomes(page, { taken: 1 });
  await items(page).first().getByRole('link').click();
  const panel = page.getByRole('complementary', { name: 'Item of the batch' });
  await expect(panel.getByText('Try to move it')).toBeVisible();
  await expect(panel.getByRole('link', { name: /^e-/ })).toHaveAttribute('href', /^\/events\/edge\//);
  await expect(panel.getByRole('heading', { name: 'What happened' })).toBeVisible();
});

test('refuses a password that the cloud would refuse, and keeps none', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Migrate');
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await sheet.getByRole('radio', { name: /^Move it or stop/ }).check();
  const password = sheet.getByLabel('Password', { exact: true });
  await password.fill('short');
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(sheet.getByText('must have 8 to 30 characters, has 5', { exact: true })).toBeVisible();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: /^Migrate 1/ }).click();
  expect(await clouds.acts()).toEqual([]);
  await password.fill('Canary77-long');
  const preview = await requests(sheet);
  await expect(preview).toContainText('••••');
  await expect(preview).not.toContainText('Canary77');
  await sheet.getByRole('button', { name: /^Migrate 1/ }).click();
  await onBatch(page, 'Migrate · 1 event');
  await becomes(page, { taken: 1 });
  expect(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))).not.toContain('Canary77');
});

test('accepts and schedules events of the other cloud, one call each', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'ecs', 'Reboot');
  const sheet = await review(page, 2);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await expect(sheet.getByRole('heading', { name: 'Accept: reboot 2 instances now' })).toBeVisible();
  await confirm(sheet, 2);
  await sheet.getByRole('button', { name: 'Accept 2' }).click();
  await onBatch(page, 'Accept 2 events');
  await becomes(page, { taken: 2 });
  expect(await clouds.acts()).toHaveLength(2);
});

test('shows a partial failure item by item and retries only what was refused', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Redeploy');
  await clouds.fault({ operation: 'BatchEventRedeployInstance', kind: 'fail_items', count: 1, times: 1 });
  await clouds.fault({ operation: 'BatchEventRedeployInstance', kind: 'reorder_results', times: 1 });
  const sheet = await review(page, 3);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 3);
  await sheet.getByRole('button', { name: 'Redeploy 3' }).click();
  await onBatch(page, 'Redeploy · 3 events');
  await becomes(page, { taken: 2, refused: 1 });
  const first = page.url();
  await page.getByRole('button', { name: /^refused · 1/ }).click();
  await expect(items(page)).toHaveCount(1);

  await page.getByRole('button', { name: /^Retry the 1 refused and unsent/ }).click();
  const again = page.getByRole('dialog', { name: 'Again: Redeploy · 1 event' });
  // Which one, by name or id, and not how many alone.
  const refused = (await items(page).first().locator('.resource-id').innerText()).trim();
  await expect(again.getByRole('list', { name: 'Machines' }).getByRole('listitem')).toContainText([refused]);
  await again.getByRole('textbox', { name: /^To confirm/ }).fill('1');
  await again.getByRole('button', { name: 'Redeploy 1', exact: true }).click();
  await onBatch(page, 'Redeploy · 1 event');
  await becomes(page, { taken: 1 });
  await page.getByRole('link', { name: 'This batch retries another one' }).click();
  await expect(page).toHaveURL(first);
  await expect(page.getByRole('link', { name: 'Its failed items are retried in another batch' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Retry/ })).toHaveCount(0);
  const acts = await clouds.acts();
  expect(acts.map((event) => event.accepted)).toEqual([1, 1, 1]);
});

test('an answer that is lost leaves the item unknown until the event shows what happened', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Redeploy');
  await clouds.fault({ operation: 'BatchEventRedeployInstance', kind: 'lost_answer', times: 1 });
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: 'Redeploy 1', exact: true }).click();
  await onBatch(page, 'Redeploy · 1 event');
  await expect(page.getByRole('region', { name: 'Progress' }).getByRole('status')).toHaveText('1 taken effect', { timeout: 30_000 });
  await items(page).first().getByRole('link').click();
  const life = page.getByRole('complementary', { name: 'Item of the batch' }).getByRole('listitem');
  await expect(life.filter({ hasText: /^\?/ })).toHaveCount(1);
  const acts = await clouds.acts();
  expect(acts.map((event) => event.received)).toEqual([1]);
});

test('a person settles what nobody knows, and it can be retried then', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Redeploy');
  await clouds.fault({ operation: 'BatchEventRedeployInstance', kind: 'error', status: 503, times: 1 });
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: 'Redeploy 1', exact: true }).click();
  await onBatch(page, 'Redeploy · 1 event');
  await becomes(page, { unknown: 1 });
  await expect(page.getByText(/^1 unknown: their calls left/)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Retry/ })).toHaveCount(0);
  await expect(items(page).first()).toContainText('may be sent again from');
  await items(page).first().getByRole('link').click();
  const panel = page.getByRole('complementary', { name: 'Item of the batch' });
  await panel.getByLabel('How do you know?').fill('the cloud’s own log');
  await panel.getByRole('button', { name: 'It did not happen' }).click();
  await becomes(page, { 'not sent': 1 });
  await expect(panel.getByText('settled by a person')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'It did not happen' })).toHaveCount(0);
  await panel.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('button', { name: /^Retry the 1 refused and unsent/ })).toBeVisible();
});

test('while the cloud throttles, the items wait and say why', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'throttle', retry_after_s: 4, times: 1 });
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: 'Reboot 1' }).click();
  await onBatch(page, 'Reboot · 1 event');
  await expect(items(page).first()).toContainText('the cloud asks to wait; it is tried again by itself');
  await becomes(page, { taken: 1 });
});

test('the event’s page tells its history and its batches, and asks the cloud itself', async ({ page }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  await rowLink(page).click();
  const detail = page.getByRole('complementary').filter({ hasText: 'Facts' });
  await expect(detail.getByText('None: nobody has acted on it from here.')).toBeVisible();
  await detail.getByRole('button', { name: 'Check with the cloud now' }).click();
  await expect(detail.getByText('The cloud says the same: Inquiring.')).toBeVisible();
  await detail.getByRole('button', { name: 'Review…' }).click();
  const url = page.url();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
  await onBatch(page, 'Reboot · 1 event');
  await becomes(page, { taken: 1 });
  await page.goto(url);
  await expect(detail.getByRole('link', { name: 'Reboot' })).toBeVisible();
  const history = detail.locator('ol.story').getByRole('listitem');
  await expect.poll(() => history.count(), { timeout: 20_000 }).toBeGreaterThan(1);
  await expect(history.last()).toContainText('Inquiring');
});

function rowLink(page: import('@playwright/test').Page) {
  return page.getByRole('grid', { name: /^Events/ }).getByRole('link').first();
}
