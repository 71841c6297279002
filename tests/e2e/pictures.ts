import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { becomes, confirmAsked, listed, onBatch, openEvents, requests, review, reviewAll, rows } from './console';
import { expect, test, type Page } from './fixtures';
import { asking, cloudsWith, planned, type Events } from './state';

const FOLDER = fileURLToPath(new URL('../../target/screenshots/', import.meta.url));

/** What is open, wide and narrow, light and dark. */
async function take(page: Page, name: string, widths = [1440, 800]): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // Rows are placed, and texts cut to their room, in the frames after a change of size.
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${FOLDER}${name}-${width}-${colorScheme}.png` });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

const ENS = ['Instance:SystemFailure.Redeploy', 'Instance:SystemUpgrade.Migrate', 'Instance:SystemMaintenance.Reboot'];
const HUAWEI = ['instance-redeploy', 'instance-reboot', 'instance-stop', 'instance-migrate', 'system-maintenance'];
const ALIBABA = ['SystemMaintenance.Redeploy', 'SystemMaintenance.Reboot', 'SystemFailure.Reboot', 'SystemMaintenance.Stop'];

/** 45 of three clouds: two of the first cloud's are about one machine. */
function mixed(): Events {
  const of = (types: string[], prefix: string, resource: (n: number) => string) =>
    Array.from({ length: 15 }, (_, n) => {
      const make = n % 5 === 4 ? planned : asking;
      return make(`${prefix}-${n}`, resource(n === 7 ? 2 : n), types[n % types.length]!, 6 + n * 3);
    });
  return {
    ens: of(ENS, 'e', (n) => `i-5sz${'kqn7bw2m'.slice(n % 4)}${n}x9`),
    'huawei-ecs': of(HUAWEI, 'h', (n) => `0f6d2c1e-77b1-4f2a-9c3d-5e8a1b2c${String(4000 + n)}`),
    'alibaba-ecs': of(ALIBABA, 'e-a', (n) => `i-bp1${'c3v8z0qk'.slice(n % 4)}${n}t4`),
  };
}

const thirdCloud = (url: string) => `
[[accounts]]
id = "ali"
provider = "alibaba-ecs"
region = "cn-hangzhou"
endpoint = "${url}"
`;

test.describe('of one machine', () => {
  test.use({
    cloudOptions: async ({}, use) => cloudsWith({ ens: [asking('e-web', 'i-5szkqn7bw2m', ENS[1]!, 30)], 'huawei-ecs': [] }, use),
    inventory: 'resource_id,name,service,owner,local_disks\ni-5szkqn7bw2m,shop-web-1,shop,team-a,yes\n',
  });

  test('review, batch and retry', async ({ page, clouds }) => {
    await openEvents(page);
    await take(page, 'one-list');
    const sheet = await review(page, 1);
    await take(page, 'one-review');
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await sheet.getByRole('radio', { name: /^Leave it behind/ }).check();
    await take(page, 'one-review-chosen');
    await requests(sheet);
    await take(page, 'one-review-requests');
    await clouds.fault({ operation: '*', kind: 'fail_items', count: 1, times: 1 });
    await confirmAsked(sheet);
    await sheet.getByRole('button', { name: 'Migrate 1', exact: true }).click();
    await expect(page).toHaveURL(/\/batches\//);
    await becomes(page, { refused: 1 });
    await take(page, 'one-batch');
    await page.getByRole('button', { name: /^Retry the 1/ }).click();
    await expect(page.getByRole('dialog', { name: /^Again/ })).toBeVisible();
    await take(page, 'one-retry');
  });
});

test.describe('of 45 machines of three clouds', () => {
  test.use({
    cloudOptions: async ({}, use) => cloudsWith(mixed(), use),
    moreAccounts: async ({ clouds }, use) => use(thirdCloud(clouds.url)),
  });

  test('list, review and batches', async ({ page, clouds }) => {
    await openEvents(page);
    expect(await listed(page)).toBe(45);
    await take(page, 'mixed-list');
    await rows(page).first().locator('.cell-resource').click();
    await expect(page.getByRole('heading', { name: 'What can be done now' })).toBeVisible();
    await take(page, 'mixed-detail');
    await page.keyboard.press('Escape');
    await page.getByRole('checkbox', { name: /^Select all/ }).click();
    await take(page, 'mixed-selected');
    await page.getByRole('checkbox', { name: /^Select all/ }).click();
    const sheet = await reviewAll(page);
    await take(page, 'mixed-review');
    const steps = sheet.getByRole('navigation', { name: 'Batches' }).getByRole('listitem');
    await steps.last().getByRole('button').click();
    await sheet.getByRole('radio', { name: /^At a time/ }).check();
    await sheet.getByRole('button', { name: /missing$/ }).click();
    await take(page, 'mixed-review-missing');
    const now = sheet.getByRole('radio', { name: /^Now/ });
    await now.check();
    await take(page, 'mixed-review-now');
    await clouds.fault({ operation: '*', kind: 'fail_items', count: 1, times: 1 });
    await confirmAsked(sheet);
    await sheet.getByRole('button', { name: /^(Accept|Reboot|Redeploy|Migrate) \d+$/ }).click();
    await expect(sheet.getByRole('heading', { name: 'The server has the batch.' })).toBeVisible();
    await take(page, 'mixed-submitted');
    await sheet.getByRole('link', { name: /^Open/ }).or(sheet.getByRole('button', { name: /^Open/ })).first().click();
    await page.waitForTimeout(3000);
    await take(page, 'mixed-batch');
    await page.goto('/batches');
    await page.waitForTimeout(500);
    await take(page, 'mixed-batches');
  });
});

test.describe('of 7,000 machines', () => {
  test.use({
    cloudOptions: async ({}, use) =>
      cloudsWith(
        {
          ens: [],
          'huawei-ecs': Array.from({ length: 7000 }, (_, n) =>
            asking(`h-${n}`, `0f6d2c1e-77b1-4f2a-9c3d-5e8a1b2c${String(n).padStart(4, '0')}`, HUAWEI[n % 3]!, 6 + n / 50),
          ),
        },
        use,
      ),
  });

  test('list, review and batch', async ({ page }) => {
    await openEvents(page);
    await expect.poll(() => listed(page), { timeout: 90_000 }).toBe(7000);
    await take(page, 'many-list');
    const sheet = await reviewAll(page);
    await take(page, 'many-review');
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    await take(page, 'many-review-now');
    await confirmAsked(sheet);
    await sheet.getByRole('button', { name: /^Accept [\d,]+$/ }).click();
    await onBatch(page, 'Accept 7,000 events');
    await take(page, 'many-batch');
  });
});
