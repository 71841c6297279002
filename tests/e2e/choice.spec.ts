import { confirmAsked, openEvents, requests, reviewAll } from './console';
import { expect, test } from './fixtures';
import { cloudsWith, inHours } from './state';

const asking = (id: string, type: string) => ({
  id,
  resource_id: `i-${id}`,
  type,
  published_at: inHours(-24),
  not_before: inHours(48),
  course: { kind: 'asking', until: inHours(48) },
});

const planned = (id: string, type: string) => ({
  ...asking(id, type),
  deadline: inHours(48),
  course: { kind: 'planned', starts_at: inHours(48), ends_at: inHours(49) },
});

/** Events of three clouds: of one of them some that several actions fit. */
const EVENTS = {
  ens: [asking('e-reboot', 'Instance:SystemMaintenance.Reboot')],
  'huawei-ecs': [{ ...planned('h-reboot', 'instance-reboot'), course: { kind: 'asking', until: inHours(48) } }],
  'alibaba-ecs': [
    asking('e-redeploy', 'SystemMaintenance.Redeploy'),
    planned('e-reboot-1', 'SystemMaintenance.Reboot'),
    planned('e-reboot-2', 'SystemMaintenance.Reboot'),
  ],
};

test.use({
  cloudOptions: async ({}, use) => cloudsWith(EVENTS, use),
  moreAccounts: async ({ clouds }, use) =>
    use(`
[[accounts]]
id = "ali"
provider = "alibaba-ecs"
region = "cn-hangzhou"
endpoint = "${clouds.url}"
`),
});

test('a selection over three clouds asks what to do where several actions fit, and each cloud gets its calls', async ({ page, clouds }) => {
  await openEvents(page);
  const sheet = await reviewAll(page);
  await expect(sheet.getByText('Batch 1 of 4')).toBeVisible();
  const steps = sheet.getByRole('navigation', { name: 'Batches' }).getByRole('listitem');
  await expect(steps).toHaveText([/Choose for 1 in ali/, /Choose for 2 in ali/, /Accept 1 in ecs/, /Reboot 1 in edge/]);
  const actions = sheet.getByRole('group', { name: 'What to do' });
  const missing = sheet.getByText('choose what to do: several actions fit, and none is the default', { exact: true }).and(sheet.locator('p span'));
  const taken = sheet.getByRole('heading', { name: 'The server has the batch.' });

  // One that asks: agreed to, or made anew on another host.
  await expect(sheet.getByRole('heading', { name: 'What to do with 1 event', exact: true })).toBeVisible();
  await expect(actions.getByRole('radio')).toHaveCount(3);
  await expect(actions.getByRole('radio', { checked: true })).toHaveCount(0);
  await expect(sheet.getByRole('group', { name: 'When' })).toHaveCount(0);
  await expect(missing).toHaveCount(0);
  await sheet.getByRole('button', { name: 'Act on 1 · 1 missing', exact: true }).click();
  await expect(missing).toBeVisible();
  await expect(taken).toHaveCount(0);
  await actions.getByRole('radio', { name: /^Redeploy.*may lose data/ }).check();
  await expect(missing).toHaveCount(0);
  await expect(await requests(sheet)).toContainText('RedeployInstance');
  await confirmAsked(sheet);
  await sheet.getByRole('button', { name: 'Redeploy 1', exact: true }).click();
  await expect(taken).toBeVisible();
  await sheet.getByRole('button', { name: 'Next batch' }).click();

  // Two that are planned: a number typed to confirm one action confirms no other.
  await expect(sheet.getByRole('heading', { name: 'What to do with 2 events', exact: true })).toBeVisible();
  await expect(actions.getByRole('radio')).toHaveCount(3);
  await actions.getByRole('radio', { name: /^Reboot/ }).check();
  await confirmAsked(sheet);
  await expect(sheet.getByRole('button', { name: 'Reboot 2', exact: true })).toBeVisible();
  await actions.getByRole('radio', { name: /^Redeploy/ }).check();
  await expect(sheet.getByRole('button', { name: 'Redeploy 2 · 1 missing', exact: true })).toBeVisible();
  await actions.getByRole('radio', { name: /^Reboot/ }).check();
  await confirmAsked(sheet);
  await sheet.getByRole('button', { name: 'Reboot 2', exact: true }).click();
  await expect(taken).toBeVisible();
  await sheet.getByRole('button', { name: 'Next batch' }).click();

  // Where one fits, it is not asked for.
  for (const button of ['Accept 1', 'Reboot 1']) {
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await confirmAsked(sheet);
    await sheet.getByRole('button', { name: button, exact: true }).click();
    await expect(taken).toBeVisible();
    if (button === 'Accept 1') await sheet.getByRole('button', { name: 'Next batch' }).click();
  }
  await sheet.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'Batches' }).first().click();
  const batches = page.getByRole('list', { name: 'Batches' });
  for (const title of ['Redeploy · 1 event', 'Reboot · 2 events', 'Accept 1 event', 'Reboot · 1 event']) {
    await expect(batches.getByRole('link', { name: title, exact: true })).toBeVisible();
  }
  await expect
    .poll(() => clouds.accepted(), { timeout: 20_000 })
    .toEqual(['alibaba-ecs i-e-reboot-1', 'alibaba-ecs i-e-reboot-2', 'alibaba-ecs i-e-redeploy', 'ens e-reboot', 'huawei-ecs h-reboot']);
  const { 'alibaba-ecs': ali, ens, 'huawei-ecs': huawei } = await clouds.operations();
  expect([ali!.RedeployInstance, ali!.RebootInstances, ali!.AcceptInquiredSystemEvent]).toEqual([1, 2, undefined]);
  expect([ens!.BatchEventRebootInstance, huawei!.AcceptScheduledEvent]).toEqual([1, 1]);
});
