import { becomes, confirm, confirmAsked, filterBy, hoursAhead, items, listed, narrowTo, onBatch, openEvents, requests, review, reviewAll, thousands } from './console';
import { expect, test } from './fixtures';

test.describe('with a large fleet', () => {
  test.use({ cloudOptions: ['--events', '6000'] });

  test('sends more than 200, to the last one, and stays live meanwhile', async ({ page, clouds }) => {
    test.slow();
    await openEvents(page);
    await narrowTo(page, 'edge', 'Redeploy');
    const count = await listed(page);
    expect(count).toBeGreaterThan(200);
    const sheet = await reviewAll(page);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    const calls = Math.ceil(count / 20);
    const preview = await requests(sheet);
    await expect(preview.getByRole('status')).toHaveText(`1 of ${calls}`);
    // Some of them are about the same machine.
    const machines = await confirmAsked(sheet);
    await sheet.getByRole('button', { name: `Redeploy ${thousands(machines)}`, exact: true }).click();
    await onBatch(page, `Redeploy · ${thousands(count)} events`);
    // Only the rows in sight are drawn, and the filters answer while it goes on.
    expect(await items(page).count()).toBeLessThan(60);
    await page.getByRole('button', { name: /^All/ }).click();
    await becomes(page, { taken: count }, 90_000);
    await expect(page.getByText(`${thousands(count)} of ${thousands(count)} answered`)).toBeVisible();
    const acts = await clouds.acts();
    expect(acts).toHaveLength(count);
    expect(acts.every((event) => event.received === 1 && event.accepted === 1)).toBe(true);
  });
});

test('moves an agreed event to another time', async ({ page, clouds }) => {
  await openEvents(page);
  await filterBy(page, 'Account', 'ecs');
  await filterBy(page, 'State', 'Scheduled');
  const sheet = await review(page, 1);
  await expect(sheet.getByRole('heading', { name: 'Reschedule 1 event' })).toBeVisible();
  await expect(sheet.getByRole('radio', { name: /^Now/ })).toHaveCount(0);
  const send = sheet.getByRole('button', { name: /^Reschedule 1/ });
  await send.click();
  const when = sheet.getByRole('group', { name: 'When' });
  await expect(when.getByText('choose a time', { exact: true })).toBeVisible();
  await sheet.getByRole('button', { name: 'UTC', exact: true }).click();
  const time = sheet.getByLabel('Time', { exact: true });
  await time.fill(hoursAhead(1000));
  await expect(time).toHaveAttribute('aria-invalid', 'true');
  await expect(when.getByText(/^not before the deadline/)).toBeVisible();
  const wanted = hoursAhead(0.25);
  await time.fill(wanted);
  const preview = await requests(sheet);
  await expect(preview).toContainText(`"not_before": "${wanted}:00Z"`);
  await send.click();
  await onBatch(page, 'Reschedule 1 event');
  await becomes(page, { taken: 1 });
  const [act] = await clouds.acts();
  const list = await page.evaluate(async (id) => {
    const body = JSON.stringify({ id });
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/v1/accounts/ecs/operations/ListScheduledEvents', { method: 'POST', headers, body })).json();
  }, act!.event_id);
  expect(list.events[0].not_before).toBe(`${wanted}:00Z`);
});

test('offers a time before the cloud’s own start where one was chosen after it', async ({ page }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  // The last by their start are days away.
  await page.getByRole('columnheader', { name: 'Decide by' }).getByRole('button').click();
  const sheet = await review(page, 2);
  await sheet.getByRole('radio', { name: /^At a time/ }).check();
  await sheet.getByRole('button', { name: 'UTC', exact: true }).click();
  await sheet.getByLabel('Time', { exact: true }).fill(hoursAhead(2000));
  await expect(sheet.getByText(/^later than the cloud’s own start/)).toBeVisible();
  await sheet.getByRole('button', { name: /^Use / }).click();
  await expect(sheet.getByText(/^later than the cloud’s own start/)).toHaveCount(0);
  // One time for both is at the same time.
  await confirm(sheet, 2);
  await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
  await onBatch(page, 'Reboot · 2 events');
  await becomes(page, { taken: 2 });
});

test('a mixed selection becomes several batches, handed in one after the other', async ({ page, clouds }) => {
  await openEvents(page);
  await filterBy(page, 'State', 'Inquiring');
  await filterBy(page, 'Type', 'Reboot');
  const count = await listed(page);
  const sheet = await reviewAll(page);
  await expect(sheet.getByText('Batch 1 of 2')).toBeVisible();
  for (const last of [false, true]) {
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirmAsked(sheet);
    await sheet.getByRole('button', { name: /^(Accept|Reboot) \d+$/ }).click();
    await expect(sheet.getByRole('heading', { name: 'The server has the batch.' })).toBeVisible();
    if (!last) await sheet.getByRole('button', { name: 'Next batch' }).click();
  }
  await sheet.getByRole('button', { name: 'Open the batch' }).click();
  await expect(page.getByRole('heading', { name: /^Reboot · \d+ events$/, level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Batches' }).first().click();
  await expect(page.getByRole('list', { name: 'Batches' }).getByRole('listitem')).toHaveCount(2);
  await expect.poll(async () => (await clouds.acts()).filter((event) => event.accepted === 1).length, { timeout: 30_000 }).toBe(count);
});
