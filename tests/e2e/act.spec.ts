import { confirm, hoursAhead, narrowTo, openEvents, review } from './console';
import { expect, test } from './fixtures';

test('redeploys three at once', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Redeploy');
  const sheet = await review(page, 3);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await expect(sheet.getByRole('region', { name: 'Exactly what will be sent' })).toContainText('BatchEventRedeployInstance');
  await confirm(sheet, 3);
  await sheet.getByRole('button', { name: 'Redeploy 3' }).click();
  await expect(sheet.getByRole('heading', { name: '3 accepted' })).toBeVisible();
  const acts = await clouds.acts();
  expect(acts.map((event) => event.accepted)).toEqual([1, 1, 1]);
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
  await expect(sheet.getByRole('heading', { name: '1 accepted' })).toBeVisible();
});

test('refuses a password that the cloud would refuse, and shows none in the preview', async ({ page, clouds }) => {
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
  const preview = sheet.getByRole('region', { name: 'Exactly what will be sent' });
  await expect(preview).toContainText('••••');
  await expect(preview).not.toContainText('Canary77');
  await sheet.getByRole('button', { name: /^Migrate 1/ }).click();
  await expect(sheet.getByRole('heading', { name: '1 accepted' })).toBeVisible();
});

test('accepts and schedules events of the other cloud, one call each', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'ecs', 'Reboot');
  const sheet = await review(page, 2);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await sheet.getByRole('button', { name: 'Accept 2' }).click();
  await expect(sheet.getByRole('heading', { name: '2 accepted' })).toBeVisible();
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
  await expect(sheet.getByRole('heading', { name: '2 accepted · 1 rejected' })).toBeVisible();
  await sheet.getByRole('button', { name: /^Retry the 1 rejected and unsent/ }).click();
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: 'Redeploy 1', exact: true }).click();
  await expect(sheet.getByRole('heading', { name: '1 accepted' })).toBeVisible();
  const acts = await clouds.acts();
  expect(acts.map((event) => event.accepted)).toEqual([1, 1, 1]);
});

test.describe('when the answer is lost', () => {
  test.use({ expectedErrors: /Failed to load resource.*502/ });

  test('the outcome is unknown: it reads the state and never sends again', async ({ page, clouds }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Redeploy');
    await clouds.fault({ operation: 'BatchEventRedeployInstance', kind: 'lost_answer', times: 1 });
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: 'Redeploy 1', exact: true }).click();
    await expect(sheet.getByRole('heading', { name: '1 unknown' })).toBeVisible();
    await expect(sheet.getByRole('button', { name: /^Retry/ })).toHaveCount(0);
    await sheet.getByRole('button', { name: 'Read its state' }).click();
    await expect(sheet.getByText(/moved from inquiring to/i)).toBeVisible();
    const acts = await clouds.acts();
    expect(acts.map((event) => event.received)).toEqual([1]);
  });
});

test.describe('when the cloud throttles', () => {
  test.use({ expectedErrors: /Failed to load resource.*4(00|29)/ });

  test('it waits for the hint, shows it, and goes on by itself', async ({ page, clouds }) => {
    await openEvents(page);
    await narrowTo(page, 'edge', 'Reboot');
    await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'throttle', retry_after_s: 3, times: 1 });
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await sheet.getByRole('button', { name: 'Reboot 1' }).click();
    await expect(sheet.getByText(/^The cloud asks to wait \d s; going on by itself/)).toBeVisible();
    await expect(sheet.getByRole('heading', { name: '1 accepted' })).toBeVisible();
  });
});

test('warns before the page is closed while a batch is being sent', async ({ page, clouds }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'delay', ms: 5000, times: 1 });
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
  await expect(sheet.getByText('You can close this sheet', { exact: false })).toBeVisible();
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect(sheet.getByRole('heading', { name: '1 accepted' })).toBeVisible();
});
