import { confirmAsked, filterBy, listed, machines, onBatch, openEvents, reviewAll, reviewSelected } from './console';
import { expect, test } from './fixtures';
import { asking, cloudsWith, planned, type Events } from './state';

/** Events that differ in what they take down and what they lose. */
function mixed(): Events {
  return {
    ens: [
      asking('e-redeploy', 'i-redeploy', 'Instance:SystemFailure.Redeploy', 48),
      asking('e-migrate', 'i-migrate', 'Instance:SystemUpgrade.Migrate', 48),
      asking('e-reboot-late', 'i-twice', 'Instance:SystemMaintenance.Reboot', 60),
      asking('e-reboot-soon', 'i-twice', 'Instance:SystemMaintenance.Reboot', 30),
      asking('e-reboot', 'i-once', 'Instance:SystemMaintenance.Reboot', 40),
    ],
    'huawei-ecs': [
      asking('h-redeploy', 'vm-redeploy', 'instance-redeploy', 48),
      asking('h-reboot', 'vm-reboot', 'instance-reboot', 48),
      asking('h-stop', 'vm-stop', 'instance-stop', 48),
      planned('h-later', 'vm-later', 'instance-redeploy', 48),
    ],
  };
}

test.use({
  cloudOptions: async ({}, use) => cloudsWith(mixed(), use),
  inventory: 'resource_id,name,local_disks\nvm-redeploy,db-1,yes\nvm-stop,batch-1,no\ni-redeploy,cache-1,\n',
});

test('a review says which machines, what happens to each and to its data, the losses first', async ({ page }) => {
  await openEvents(page, '/events?account=ecs&state=inquiring');
  const sheet = await reviewAll(page);
  await expect(sheet.getByRole('tab', { name: 'Machines (3)' })).toHaveAttribute('aria-selected', 'true');
  const heads = sheet.getByRole('row', { name: /: \d/ });
  await expect(heads).toHaveText(['Data is lost: 1', 'No data is lost: 2']);
  const rows = machines(sheet);
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText(/^db-1vm-redeploy/);
  await expect(rows.first()).toContainText('its data is lost · local disks (by the inventory)');
  await expect(rows.filter({ hasText: 'batch-1' })).toContainText('Stop · stops, and stays stopped until somebody starts it');
  await expect(rows.first()).toContainText('Decide by');
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await expect(heads).toHaveText([/: 1, down at the same time: 1$/, /: 2, down at the same time: 2$/]);

  // One is left out by its row, and comes back.
  await sheet.getByRole('button', { name: 'Leave out batch-1 (vm-stop)' }).click();
  await expect(sheet.getByRole('tab', { name: 'Machines (2 of 3)' })).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Accept 2 · 1 missing' })).toBeVisible();
  await sheet.getByRole('button', { name: 'Put back batch-1 (vm-stop)' }).click();
  await expect(sheet.getByRole('tab', { name: 'Machines (3)' })).toBeVisible();

  // By the keyboard alone: arrows find a machine, space leaves it out, tab leads to its own time.
  await sheet.getByRole('radio', { name: /^At a time/ }).check();
  const grid = sheet.getByRole('grid', { name: 'Machines of this batch' });
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(sheet.getByRole('tab', { name: 'Machines (2 of 3)' })).toBeVisible();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await expect(sheet.getByLabel('Time for db-1 (vm-redeploy)')).toBeFocused();
});

test('what happens if nobody answers stands first, in the detail and in the review', async ({ page }) => {
  await openEvents(page, '/events?account=edge&type=redeploy');
  await page.getByRole('grid', { name: /^Events/ }).getByRole('link').first().click();
  const alone = /^If nobody answers, Alibaba Cloud ENS redeploys it on .+; data on local disks does not move\.$/;
  await expect(page.getByRole('complementary').getByText(alone)).toBeVisible();
  await page.getByRole('button', { name: 'Review…' }).click();
  await expect(page.getByRole('dialog').getByText(alone)).toBeVisible();
});

test('a move that takes a loss along says so', async ({ page }) => {
  await openEvents(page, '/events?account=ecs&state=scheduled');
  const sheet = await reviewAll(page);
  await expect(sheet.getByRole('row', { name: 'The loss moves to the new time: 1' })).toBeVisible();
  await expect(machines(sheet)).toContainText(['its data is lost at the new time']);
  await expect(sheet.getByText('the loss of 1 moves along', { exact: false })).toBeVisible();
});

test('a machine that is there twice counts once, and its earliest event can be kept', async ({ page, clouds }) => {
  await openEvents(page, '/events?account=edge&type=reboot');
  const sheet = await reviewAll(page);
  await expect(sheet.getByRole('heading', { name: 'Reboot 2 instances' })).toBeVisible();
  await expect(sheet.getByText('In this batch more than once: 1 of the machines, with 2 events')).toBeVisible();
  await sheet.getByRole('button', { name: 'Show the 2' }).click();
  await expect(machines(sheet)).toHaveCount(2);
  await sheet.getByRole('button', { name: 'Show all' }).click();
  await sheet.getByRole('button', { name: 'Keep the earliest' }).click();
  await expect(sheet.getByText('more than once')).toHaveCount(0);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirmAsked(sheet);
  await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
  await onBatch(page, 'Reboot · 2 events');
  await expect.poll(() => clouds.accepted(), { timeout: 20_000 }).toEqual(['ens e-reboot', 'ens e-reboot-soon']);
});

test('each data policy has a tone of its own', async ({ page }) => {
  await openEvents(page, '/events?account=edge&type=migrate');
  const sheet = await reviewAll(page);
  for (const [policy, head] of [
    [/^Leave it behind/, 'Data is lost: 1'],
    [/^Try to move it/, 'Data may be lost: 1'],
    [/^Move it or stop/, 'Data moves, or nothing does: 1'],
  ] as const) {
    await sheet.getByRole('radio', { name: policy }).check();
    await expect(sheet.getByRole('row', { name: head })).toBeVisible();
    await expect(sheet.getByRole('textbox', { name: /^To confirm/ })).toBeVisible();
  }
});

test('escape, back and a reload drop nothing that was chosen', async ({ page }) => {
  await openEvents(page, '/events?account=edge&type=migrate');
  // Nothing is chosen: it closes without a word, and back from the list leads on.
  let sheet = await reviewAll(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  const url = page.url();

  sheet = await reviewSelected(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await sheet.getByRole('radio', { name: /^Try to move it/ }).check();
  await sheet.getByLabel('Password', { exact: true }).fill('Canary77-long');
  const question = page.getByRole('alertdialog', { name: 'Leave this review?' });
  await page.goBack();
  await expect(question).toBeVisible();
  expect(page.url()).toBe(url);
  await question.getByRole('button', { name: 'Go on with it' }).click();
  await expect(question).toHaveCount(0);
  await expect(sheet.getByRole('radio', { name: /^Now/ })).toBeChecked();

  await page.reload();
  await expect(sheet.getByRole('radio', { name: /^Try to move it/ })).toBeChecked();
  await expect(sheet.getByRole('radio', { name: /^Now/ })).toBeChecked();
  await expect(sheet.getByLabel('Password', { exact: true })).toHaveValue('');
  await expect(sheet.getByText('The password is not kept', { exact: false })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))).not.toContain('Canary77');

  await sheet.getByRole('button', { name: 'Close' }).click();
  await question.getByRole('button', { name: 'Keep it for later' }).click();
  await expect(sheet).toHaveCount(0);
  await expect(page.getByText('A review is not finished, and nothing of it is sent. Events: 1.')).toBeVisible();
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await expect(sheet.getByRole('radio', { name: /^Try to move it/ })).toBeChecked();
  await sheet.getByRole('button', { name: 'Close' }).click();
  await question.getByRole('button', { name: 'Discard it' }).click();
  await expect(page.getByText('is not finished')).toHaveCount(0);
  expect(await page.evaluate(() => sessionStorage.getItem('evenkeel.review'))).toBeNull();
});

test('what a reader does with the tabs of the list is in the address', async ({ page }) => {
  await openEvents(page, '/events');
  const all = await listed(page);
  const tab = page.getByRole('tab', { name: /^To decide/ });
  await tab.click();
  await expect(page).toHaveURL(/\?show=decide$/);
  await expect(tab).toHaveText(`To decide ${await listed(page)}`);
  expect(await listed(page)).toBeLessThan(all);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: /^Scheduled/ })).toBeFocused();
  await expect(page).toHaveURL(/\?show=scheduled$/);
  await expect(page.getByRole('grid', { name: /^Events/ })).toContainText('Starts ');
  await filterBy(page, 'Account', 'edge');
  await expect(page.getByText('Nothing matches')).toBeVisible();
});

test('what waits for a decision is shown first', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('tab', { name: /^To decide/ })).toHaveAttribute('aria-selected', 'true');
  await expect(page).toHaveURL(/\/events\?show=decide$/);
  await expect(page.getByRole('tab', { name: 'All 9', exact: true })).toBeVisible();
  await expect.poll(() => listed(page)).toBe(8);
});

test.describe('where there is little room', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the focus does not go behind an open detail', async ({ page }) => {
    await openEvents(page, '/events');
    await page.getByRole('grid', { name: /^Events/ }).getByRole('row').nth(1).locator('.cell-resource').click();
    await expect(page.getByRole('heading', { name: 'What can be done now' })).toBeVisible();
    for (let n = 0; n < 25; n += 1) {
      await page.keyboard.press('Tab');
      const outside = await page.evaluate(() => {
        const focused = document.activeElement;
        return focused !== null && focused !== document.body && focused.closest('.detail, .skip') === null ? focused.outerHTML.slice(0, 120) : null;
      });
      expect(outside).toBeNull();
    }
  });
});

test.describe('at 400 %', () => {
  test.use({ viewport: { width: 320, height: 256 } });

  test('the machines reflow, and what takes the focus can be seen and hit', async ({ page }) => {
    await openEvents(page, '/events?account=ecs&state=inquiring');
    await page.getByRole('checkbox', { name: /^Select all/ }).click();
    const sheet = await reviewSelected(page, 3);
    const wide = await page.evaluate(() => {
      const dialog = document.querySelector('dialog[open]')!;
      return dialog.scrollWidth - dialog.clientWidth;
    });
    expect(wide, 'nothing to scroll sideways').toBeLessThanOrEqual(0);
    const leave = sheet.getByRole('button', { name: 'Leave out db-1 (vm-redeploy)' });
    await leave.focus();
    const seen = await leave.evaluate((button) => {
      const box = button.getBoundingClientRect();
      const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return { hit: at !== null && button.contains(at), width: box.width, height: box.height };
    });
    expect(seen.hit, 'the focus is not hidden').toBe(true);
    expect(Math.min(seen.width, seen.height), 'WCAG 2.2: 24 px').toBeGreaterThanOrEqual(24);
  });
});
