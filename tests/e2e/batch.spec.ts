import { confirm, filterBy, hoursAhead, listed, narrowTo, openEvents, review, reviewAll, rows, thousands } from './console';
import { expect, test } from './fixtures';

test.describe('with a large fleet', () => {
  test.use({ cloudOptions: ['--events', '4000'] });

  test('sends more than 200 in requests of 20, to the last one', async ({ page, clouds }) => {
    test.slow();
    await openEvents(page);
    await narrowTo(page, 'edge', 'Redeploy');
    const count = await listed(page);
    expect(count).toBeGreaterThan(200);
    const sizes: number[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/BatchEventRedeployInstance')) sizes.push(request.postDataJSON().EventInfos.length);
    });
    const sheet = await reviewAll(page);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    const calls = Math.ceil(count / 20);
    const preview = sheet.getByRole('region', { name: 'Exactly what will be sent' });
    await expect(preview.getByRole('status')).toHaveText(`1 of ${calls}`);
    await confirm(sheet, count);
    await sheet.getByRole('button', { name: `Redeploy ${thousands(count)}`, exact: true }).click();
    await expect(sheet.getByRole('heading', { name: `${thousands(count)} accepted` })).toBeVisible({ timeout: 60_000 });
    await expect(sheet.getByText(`${thousands(count)} of ${thousands(count)} settled`)).toBeVisible();
    expect(sizes).toEqual([...Array(calls - 1).fill(20), count - 20 * (calls - 1)]);
    const acts = await clouds.acts();
    expect(acts).toHaveLength(count);
    expect(acts.every((event) => event.received === 1 && event.accepted === 1)).toBe(true);
    // What the cloud took is done with.
    await sheet.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('region', { name: 'Selection' })).toHaveCount(0);
  });
});

test('stops on request: what is under way is waited for, the rest stays unsent and can be retried', async ({ page, clouds }) => {
  await openEvents(page);
  await filterBy(page, 'Account', 'ecs');
  await filterBy(page, 'State', 'Inquiring');
  await filterBy(page, 'Type', 'Reboot');
  const count = await listed(page);
  expect(count, 'more than are under way at once').toBeGreaterThan(4);
  await clouds.fault({ operation: 'AcceptScheduledEvent', kind: 'delay', ms: 5000, times: 4 });
  const sheet = await reviewAll(page);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await sheet.getByRole('button', { name: `Accept ${count}`, exact: true }).click();
  await expect(sheet.getByRole('listitem').filter({ hasText: 'sending' })).toHaveCount(4);
  await sheet.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(sheet.getByRole('heading', { name: /^Stopping/ })).toBeVisible();
  await expect(sheet.getByRole('heading', { name: `4 accepted · ${count - 4} not sent` })).toBeVisible();
  await expect(sheet.getByText('stopped before it was begun')).toHaveCount(count - 4);
  expect((await clouds.acts()).map((event) => event.received)).toEqual([1, 1, 1, 1]);

  await sheet.getByRole('button', { name: `Retry the ${count - 4} rejected and unsent…` }).click();
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await sheet.getByRole('button', { name: `Accept ${count - 4}`, exact: true }).click();
  await expect(sheet.getByRole('heading', { name: `${count - 4} accepted` })).toBeVisible();
  const acts = await clouds.acts();
  expect(acts.map((event) => event.accepted)).toEqual(Array(count).fill(1));
});

test('asks before the sheet closes while a batch is being sent, and stops from there', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'ecs', 'Reboot');
  const count = await listed(page);
  await clouds.fault({ operation: 'AcceptScheduledEvent', kind: 'delay', ms: 5000, times: 4 });
  const sheet = await reviewAll(page);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await sheet.getByRole('button', { name: `Accept ${count}`, exact: true }).click();
  await expect(sheet.getByRole('listitem').filter({ hasText: 'sending' })).toHaveCount(4);
  await page.keyboard.press('Escape');
  const question = sheet.getByRole('alertdialog', { name: 'Still sending.' });
  await question.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(sheet.getByRole('heading', { name: `4 accepted · ${count - 4} not sent` })).toBeVisible();
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
  const preview = sheet.getByRole('region', { name: 'Exactly what will be sent' });
  await expect(preview).toContainText(`"not_before": "${wanted}:00Z"`);
  await send.click();
  await expect(sheet.getByRole('heading', { name: '1 accepted' })).toBeVisible();
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
  await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
  await expect(sheet.getByRole('heading', { name: '2 accepted' })).toBeVisible();
});

test.describe('when nothing is known of a call', () => {
  test.use({ expectedErrors: /Failed to load resource.*503/ });

  test('a later review reads the state and takes the event back in', async ({ page, clouds }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Redeploy');
    await clouds.fault({ operation: 'BatchEventRedeployInstance', kind: 'error', status: 503, times: 1 });
    let sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: 'Redeploy 1', exact: true }).click();
    await expect(sheet.getByRole('heading', { name: '1 unknown' })).toBeVisible();
    await sheet.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('region', { name: 'Runs' }).getByRole('button', { name: 'Dismiss' }).click();

    // Still selected, with another one: the unknown one stays out of the batch.
    await rows(page).nth(1).getByRole('checkbox').click();
    await page.getByRole('button', { name: /^Review/ }).click();
    sheet = page.getByRole('dialog');
    await expect(sheet.getByRole('heading', { name: 'Redeploy 1 instance' })).toBeVisible();
    await expect(sheet.getByText('1: a call left and its outcome is unknown; read its state first')).toBeVisible();
    await expect(sheet.getByRole('button', { name: /into this review$/ })).toHaveCount(0);
    await sheet.getByRole('button', { name: 'Read its state' }).click();
    await expect(sheet.getByText(/^still inquiring/i)).toBeVisible();
    await sheet.getByRole('button', { name: 'Take 1 into this review' }).click();
    await expect(sheet.getByText('Batch 2 of 2')).toBeVisible();
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: 'Redeploy 1', exact: true }).click();
    await expect(sheet.getByRole('heading', { name: '1 accepted' })).toBeVisible();
    const acts = await clouds.acts();
    expect(acts.map((event) => event.accepted)).toEqual([1]);
  });
});
