import { flaws } from './axe';
import { becomes, confirm, grid, narrowTo, onBatch, openEvents, review } from './console';
import { expect, test, type Page } from './fixtures';

// A listing whose answer nobody waits for any more is called off.
test.use({ loggedIn: false, expectedErrors: /Failed to load resource.*(401|422|429)|EventSource|AbortError/ });

const field = (page: Page) => page.getByRole('textbox', { name: 'Login code' });
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Log in' });
const logIn = async (page: Page, code: string): Promise<void> => {
  await field(page).fill(code);
  await page.keyboard.press('Enter');
};

test('asks whoever comes, by the keyboard alone, and then shows the page that was asked for', async ({ page, evenkeel }) => {
  await page.goto('/batches');
  await expect(field(page)).toBeFocused();
  // It cannot be closed, and what is behind it cannot be reached.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeVisible();
  for (let n = 0; n < 12; n += 1) {
    await page.keyboard.press('Tab');
    const inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog.login') !== null);
    expect(inside).toBe(true);
  }
  await field(page).focus();
  await page.keyboard.type(evenkeel.code.toLowerCase().replaceAll('-', ' '));
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Batches', level: 1 })).toBeVisible();
  await page.goto('/events');
  await openEvents(page);
  expect(await page.evaluate(() => document.cookie), 'no script reads the session').toBe('');
});

test('says in plain words what is wrong with a code, and which one is good', async ({ page, evenkeel }) => {
  await page.goto('/');
  await logIn(page, 'nothing');
  const alert = dialog(page).getByRole('alert');
  await expect(alert).toHaveText(/wrong, was used already, or is older than ten minutes/);
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
  for (let n = 0; n < 4; n += 1) {
    const answered = page.waitForResponse(/\/login$/);
    await logIn(page, `nothing-${n}`);
    await answered;
  }
  // The server has shown another one: the first is good no more.
  await expect.poll(() => evenkeel.code.length).toBe(14);
  await logIn(page, evenkeel.code);
  await expect(dialog(page)).toBeHidden();
});

test('speaks both languages and can be perceived by everybody', async ({ page }) => {
  await page.goto('/');
  await expect(field(page)).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await flaws(page), scheme).toEqual([]);
  }
  await dialog(page).getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('dialog', { name: '登录' }).getByRole('textbox', { name: '登录码' })).toBeVisible();
});

test('whoever logs out sees nothing any more, in another tab neither', async ({ page, evenkeel, context }) => {
  await page.goto('/events');
  await logIn(page, evenkeel.code);
  await expect(dialog(page)).toBeHidden();
  await openEvents(page);
  const other = await context.newPage();
  await openEvents(other, '/events');
  await page.bringToFront();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(dialog(page)).toBeVisible();
  await expect(page.getByRole('grid').getByRole('row')).toHaveCount(0);
  // Its stream has ended, and nothing is told any more.
  await expect(dialog(other)).toBeVisible({ timeout: 30_000 });
  await logIn(page, evenkeel.command('login'));
  await expect(dialog(page)).toBeHidden();
  await other.bringToFront();
  await other.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(dialog(other)).toBeHidden();
});

test.describe('when the login is over before an order is answered', () => {
  test.use({ expectedErrors: /Failed to load resource.*(401|ERR_CONNECTION_RESET)|EventSource|AbortError/ });

  for (const lost of [true, false]) {
    test(`the order goes on after the login under the same key, ${lost ? 'though its first answer was lost' : 'having been refused entry'}`, async ({ page, clouds, evenkeel, context }) => {
      await page.goto('/events');
      await logIn(page, evenkeel.code);
      await expect(dialog(page)).toBeHidden();
      await openEvents(page);
      await narrowTo(page, 'edge', 'Reboot');
      const keys: string[] = [];
      await page.route('**/api/v1/batches', async (route) => {
        if (route.request().method() !== 'POST') return route.fallback();
        keys.push(route.request().headers()['idempotency-key']!);
        if (keys.length > 1 || !lost) return route.fallback();
        // The server has the order, and nobody hears of it.
        await route.fetch();
        await context.clearCookies();
        await route.abort('connectionreset');
      });
      const sheet = await review(page, 1);
      await sheet.getByRole('radio', { name: /^Now/ }).check();
      await confirm(sheet, 1);
      if (!lost) await context.clearCookies();
      await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
      await expect(field(page)).toBeFocused();
      await expect(page.getByText('refused')).toHaveCount(0);
      await logIn(page, evenkeel.command('login'));
      await onBatch(page, 'Reboot · 1 event');
      await becomes(page, { taken: 1 });
      expect(keys.length).toBeGreaterThan(1);
      expect(new Set(keys).size, 'one key').toBe(1);
      await page.getByRole('link', { name: 'Batches' }).first().click();
      await expect(page.getByRole('list', { name: 'Batches' }).getByRole('listitem')).toHaveCount(1);
      expect((await clouds.acts()).map((event) => event.received)).toEqual([1]);
    });
  }
});

test('an answer from before the login that comes after it asks for no other one', async ({ page, evenkeel }) => {
  let letGo = (): void => undefined;
  const held = new Promise<void>((done) => (letGo = done));
  // Not the listing's: that one is called off when one logs in.
  await page.route('**/api/v1/accounts', async (route) => {
    const answer = await route.fetch();
    if (answer.status() === 401) await held;
    await route.fulfill({ response: answer });
  });
  const session = (): Promise<unknown> =>
    page.waitForResponse((answer) => answer.url().endsWith('/api/v1/session') && answer.ok());
  const first = session();
  await page.goto('/events');
  await logIn(page, evenkeel.code);
  await first;
  await expect(dialog(page)).toBeHidden();
  const asked = session();
  letGo();
  await asked;
  await expect(dialog(page)).toBeHidden();
  await openEvents(page);
  await expect(grid(page)).toBeVisible();
});

test('whoever may only look sees everything, and is told why they cannot act', async ({ page, clouds, evenkeel }) => {
  await page.goto('/events');
  await logIn(page, evenkeel.command('login', '--role', 'viewer'));
  await expect(dialog(page)).toBeHidden();
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  const why = 'Your role does not let you order for the account edge';
  await expect(sheet.getByText(why).first()).toBeVisible();
  await expect(sheet.getByRole('textbox', { name: /^To confirm/ })).toHaveCount(0);
  const send = sheet.getByRole('button', { name: 'Reboot 1', exact: true });
  await expect(send).toHaveAttribute('title', why);
  await send.click();
  expect(await flaws(page)).toEqual([]);
  await expect(dialog(page)).toHaveCount(0);
  await expect(sheet).toBeVisible();
  expect(await clouds.acts()).toEqual([]);
});

test('a user logs in by name and password, changes the password, and sees and ends where they are logged in', async ({ page, evenkeel }) => {
  const password = 'copper lantern drift mosaic';
  evenkeel.addUser('lin', 'viewer', password);
  await page.goto('/');
  const name = dialog(page).getByRole('textbox', { name: 'Name' });
  const secret = dialog(page).getByLabel('Password', { exact: true });
  await expect(name).toBeFocused();
  await page.keyboard.type('lin');
  await page.keyboard.press('Tab');
  await page.keyboard.type('violin harbour seventy');
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('alert')).toHaveText('The name or the password is wrong, or this user may not log in.');
  await expect(secret).toBeFocused();
  expect(await flaws(page)).toEqual([]);
  // The code is another way in, for who is at the machine.
  await dialog(page).getByRole('button', { name: 'Log in by a code instead' }).click();
  await expect(field(page)).toBeFocused();
  await dialog(page).getByRole('button', { name: 'Log in by name and password instead' }).click();
  await expect(name).toHaveValue('lin');
  await secret.fill(password);
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeHidden();

  await page.getByRole('link', { name: 'Logins' }).click();
  const logins = page.getByRole('list', { name: 'Logins' }).getByRole('listitem');
  await expect(logins).toHaveCount(1);
  await expect(logins).toContainText('lin');
  await expect(logins).toContainText('by a password');
  await expect(logins).toContainText('This browser');
  await page.getByLabel('Current password').fill(password);
  for (const label of ['New password', 'New password again']) await page.getByLabel(label, { exact: true }).fill('password1234');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText(/^Too short, or easily guessed/).first()).toBeVisible();
  for (const label of ['New password', 'New password again']) await page.getByLabel(label, { exact: true }).fill('violin harbour seventy');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('Your password is changed, and your other logins are over.')).toBeVisible();
  expect(await flaws(page)).toEqual([]);
  await logins.getByRole('button', { name: /^End the login of lin, by a password, of/ }).click();
  await expect(name).toBeFocused();
  await page.keyboard.type('lin');
  await secret.fill('violin harbour seventy');
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeHidden();
});
