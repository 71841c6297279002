import { flaws } from './axe';
import { openEvents } from './console';
import { expect, test } from './fixtures';

test('the activity shows who did what, is searched and filtered, and keeps that in the address', async ({ page, evenkeel }) => {
  evenkeel.addUser('lin', 'viewer', 'copper lantern drift mosaic');
  evenkeel.command('users', 'disable', 'lin');
  await openEvents(page);
  await page.getByRole('link', { name: 'Activity' }).click();
  const lines = page.getByRole('list', { name: 'Activity' }).getByRole('listitem');
  await expect(lines.first()).toContainText('disabled the user');
  await expect(lines.first()).toContainText('lin');
  await expect(lines.nth(1)).toContainText('added the user');
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await flaws(page), colorScheme).toEqual([]);
  }

  await page.getByRole('button', { name: 'Logins' }).click();
  await expect(lines.first()).toContainText('logged in');
  await expect(page.getByText('disabled the user')).toHaveCount(0);
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Search' }).fill('LIN');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/activity\?q=LIN$/);
  await expect(lines).toHaveCount(2);
  await page.reload();
  await expect(lines).toHaveCount(2);

  // A record can be seen as it is chained.
  await lines.first().getByText(/^Record \d+$/).click();
  await expect(lines.first()).toContainText('"kind": "user.disabled"');
  await expect(lines.first()).toContainText('SHA-256');
  expect(await flaws(page)).toEqual([]);

  await page.getByRole('searchbox', { name: 'Search' }).fill('nobody of this name');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page.getByRole('status').getByText('Nothing of the kind is recorded.')).toBeVisible();
  await expect(lines).toHaveCount(0);
});

test.describe('for whoever may not read the audit', () => {
  test.use({ loggedIn: false, expectedErrors: /Failed to load resource.*(401|403)|EventSource|AbortError/ });

  test('the activity says what is missing', async ({ page, evenkeel }) => {
    await page.goto('/activity');
    await page.getByRole('textbox', { name: 'Login code' }).fill(evenkeel.command('login', '--role', 'operator'));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main').getByRole('alert')).toContainText('administer');
  });
});
