import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { flaws } from './axe';
import { becomes, confirm, filterBy, openEvents, review } from './console';
import { expect, test, type Page } from './fixtures';

test.use({ moreAccounts: '\n[approval]\nbreak_glass = true\n[[approval.rules]]\nname = "everything of ECS"\nwhen = { accounts = ["ecs"] }\n' });

const ordered = async (page: Page): Promise<void> => {
  await openEvents(page);
  await filterBy(page, 'Account', 'ecs');
  await filterBy(page, 'State', 'Inquiring');
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: 'Accept 1', exact: true }).click();
};
const waiting = (page: Page) => page.getByRole('region', { name: 'Waits for a second person' });

test('what somebody else has to approve waits, says why, and is refused or sent for a reason', async ({ page, clouds }) => {
  await ordered(page);
  const waits = waiting(page);
  await expect(waits).toContainText('everything of ECS: it is for the account ecs');
  await becomes(page, { 'waits for approval': 1 });
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await flaws(page), colorScheme).toEqual([]);
  }

  // Whoever ordered it cannot approve it, and is told so; a reason has to be given for the rest.
  const approve = waits.getByRole('button', { name: 'Approve 1 item' });
  await expect(approve).toHaveAttribute('aria-disabled', 'true');
  await expect(waits).toContainText('You ordered it yourself');
  const glass = waits.getByRole('button', { name: 'Send without approval' });
  await expect(glass).toHaveAttribute('aria-disabled', 'true');
  expect(await clouds.acts()).toEqual([]);
  await waits.getByLabel('Reason').fill('nobody answers');
  await glass.click();
  await expect(page.getByText(/^Sent without the approval that it needs, by .*: nobody answers$/)).toBeVisible();
  await becomes(page, { taken: 1 });
  expect(await clouds.acts()).toHaveLength(1);
  expect(await flaws(page)).toEqual([]);
});

test('one of a team orders, another approves from the link, and the audit has who did what', async ({ browser, clouds, evenkeel }, info) => {
  test.slow();
  const team = async (name: string, role: string, password: string): Promise<Page> => {
    evenkeel.addUser(name, role, password);
    const context = await browser.newContext({ baseURL: evenkeel.url, storageState: { cookies: [], origins: [] } });
    const page = await context.newPage();
    await page.goto('/');
    const dialog = page.getByRole('dialog', { name: 'Log in' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    return page;
  };
  const lin = await team('lin', 'operator', 'copper lantern drift mosaic');
  const wang = await team('wang', 'approver', 'violin harbour seventy ninth');
  const chen = await team('chen', 'operator', 'orchard pebble window train');

  await ordered(lin);
  await expect(waiting(lin)).toContainText('Your role does not let you approve for the account ecs');
  const link = lin.url();

  await chen.goto(link);
  await expect(waiting(chen).getByRole('button', { name: 'Approve 1 item' })).toHaveAttribute('aria-disabled', 'true');
  await wang.goto(link);
  await expect(waiting(wang)).toContainText('Ordered by lin');
  expect(await flaws(wang)).toEqual([]);
  await waiting(wang).getByRole('button', { name: 'Approve 1 item' }).click();
  await expect(wang.getByText('Approved by wang.')).toBeVisible();
  await becomes(wang, { taken: 1 });
  // Whoever ordered it is told by the stream.
  await expect(lin.getByText('Approved by wang.')).toBeVisible();
  await becomes(lin, { taken: 1 });
  expect(await clouds.acts()).toHaveLength(1);

  await wang.getByRole('link', { name: 'Batches' }).first().click();
  await wang.getByText('Which batches need an approval').click();
  await expect(wang.getByText('everything of ECS: it is for one of the accounts ecs')).toBeVisible();
  expect(await flaws(wang)).toEqual([]);

  const file = info.outputPath('audit.jsonl');
  evenkeel.command('audit', 'export', '--out', file);
  const verified = execFileSync(process.env.EVENKEEL_BIN as string, ['audit', 'verify', file], { encoding: 'utf8' });
  expect(verified).toMatch(/^verified to record \d+ at /);
  type Recorded = { record: { kind: string; by: { name?: string }; data: { plan?: string } } };
  const records = readFileSync(file, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as Recorded).record);
  const about = records.filter(({ kind }) => ['batch.ordered', 'batch.approval_asked', 'batch.approved'].includes(kind));
  expect(about.map(({ kind, by }) => [kind, by.name])).toEqual([['batch.ordered', 'lin'], ['batch.approval_asked', 'lin'], ['batch.approved', 'wang']]);
  expect(new Set(about.map(({ data }) => data.plan)).size, 'one plan').toBe(1);
  for (const page of [lin, wang, chen]) await page.context().close();
});
