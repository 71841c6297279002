import { flaws } from './axe';
import { becomes, confirm, narrowTo, onBatch, openEvents, review } from './console';
import { expect, test as base, type Page } from './fixtures';
import { IdentityProvider } from './identity-provider';

/** A proxy whose people log in at a provider of identities. */
const test = base.extend<{ provider: IdentityProvider }>({
  provider: async ({}, use) => {
    const provider = await IdentityProvider.start();
    await use(provider);
    provider.stop();
  },
  moreAccounts: async ({ provider }, use) => use(provider.config),
});

test.use({ loggedIn: false, expectedErrors: /Failed to load resource.*401|EventSource|AbortError/ });
test.beforeEach(async ({ provider, evenkeel, context }) => {
  provider.serve(evenkeel.url);
  // Its pages load a font from elsewhere.
  await context.route(/^https:/, (route) => route.fulfill({ body: '' }));
});

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Log in' });
const way = (page: Page) => dialog(page).getByRole('link', { name: 'Log in with Example ID' });
/** What a person does on the provider's own pages. */
const asThem = async (page: Page, name: string): Promise<void> => {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
};

test('a viewer comes back to the page that was asked for, and logs out at the provider, too', async ({ page, provider, evenkeel }) => {
  await page.goto('/batches?state=sent');
  await expect(way(page)).toBeVisible();
  expect(await flaws(page)).toEqual([]);
  await way(page).click();
  await asThem(page, 'vera');
  await expect(page).toHaveURL(`${evenkeel.url}/batches?state=sent`);
  await expect(page.getByRole('heading', { name: 'Batches', level: 1 })).toBeVisible();
  await expect(dialog(page)).toBeHidden();
  const who = await (await page.request.get('/api/v1/session')).json();
  expect(who).toMatchObject({ who: 'subject', issuer: provider.issuer, subject: 'vera', name: 'Vera Viewer', login: 'oidc' });
  expect(who.grants).toEqual([{ role: 'viewer', accounts: 'all' }]);
  expect(await page.evaluate(() => document.cookie), 'no script reads the session').toBe('');

  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/session/end`));
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expect(dialog(page)).toBeVisible();
  expect(new URL(page.url()).origin).toBe(evenkeel.url);
  // The provider asks anew who it is.
  await way(page).click();
  await expect(page.locator('input[name=login]')).toBeVisible();
});

test('what an operator had begun when the hour was over goes on after a login in another tab', async ({ page, context, evenkeel, clouds }) => {
  await page.goto('/events');
  await way(page).click();
  await asThem(page, 'otto');
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  // As after an hour: this browser is not known here any more, and still at the provider.
  await context.clearCookies({ domain: '127.0.0.1' });
  await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
  const opened = context.waitForEvent('page');
  await way(page).click();
  const beside = await opened;
  await expect(beside.getByRole('heading', { name: 'Events', level: 1 })).toBeVisible();
  await beside.close();
  await page.bringToFront();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await onBatch(page, 'Reboot · 1 event');
  await becomes(page, { taken: 1 });
  expect((await clouds.acts()).map((event) => event.received)).toEqual([1]);
  const audit = await (await fetch(`${evenkeel.url}/api/v1/audit`, { headers: { authorization: `Bearer ${evenkeel.token}` } })).text();
  expect(audit).toContain('Otto Operator');
});

test('whoever the provider knows and no group lets in is told so in either language', async ({ page }) => {
  await page.goto('/events');
  await way(page).click();
  await asThem(page, 'nora');
  await expect(dialog(page).getByRole('alert').filter({ hasText: 'Example ID knows you, but none of your groups may do anything here' })).toBeVisible();
  expect(new URL(page.url()).hash, 'it is told once').toBe('');
  await dialog(page).getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('dialog', { name: '登录' })).toContainText('Example ID 认识您');
});
