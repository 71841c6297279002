import { flaws } from './axe';
import { becomes, confirm, filterBy, openEvents, review } from './console';
import { expect, test } from './fixtures';

test.use({ moreAccounts: '\n[approval]\nbreak_glass = true\n[[approval.rules]]\nname = "everything of ECS"\nwhen = { accounts = ["ecs"] }\n' });

test('what somebody else has to approve waits, says why, and is refused or sent for a reason', async ({ page, clouds }) => {
  await openEvents(page);
  await filterBy(page, 'Account', 'ecs');
  await filterBy(page, 'State', 'Inquiring');
  const sheet = await review(page, 1);
  await sheet.getByRole('radio', { name: /^Now/ }).check();
  await confirm(sheet, 1);
  await sheet.getByRole('button', { name: 'Accept 1', exact: true }).click();
  const waits = page.getByRole('region', { name: 'Waits for a second person' });
  await expect(waits).toContainText('everything of ECS: it is for the account ecs');
  await becomes(page, { 'waits for approval': 1 });
  expect(await flaws(page)).toEqual([]);

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
