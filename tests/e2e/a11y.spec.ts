import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';

import { grid, narrowTo, openEvents, review, reviewAll, rows } from './console';
import { expect, test, type Page } from './fixtures';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, a line a place. It is injected by the browser's own protocol, which the page's policy does not bind. */
async function flaws(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  // A panel that is still fading in has no colours to measure.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))));
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('axe finds nothing wrong with the list and the detail', async ({ page }) => {
      await openEvents(page);
      await rows(page).nth(1).getByRole('checkbox').click();
      expect(await flaws(page)).toEqual([]);
      await page.getByRole('search').locator('summary', { hasText: /^State/ }).click();
      expect(await flaws(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await rows(page).first().locator('.cell-resource').click();
      await expect(page.getByRole('heading', { name: 'What can be done now' })).toBeVisible();
      expect(await flaws(page)).toEqual([]);
      await page.getByRole('searchbox', { name: 'Search events' }).fill('no such event anywhere');
      await expect(page.getByText('Nothing matches')).toBeVisible();
      expect(await flaws(page)).toEqual([]);
    });

    test('axe finds nothing wrong with a review of several batches, open questions shown', async ({ page }) => {
      await openEvents(page);
      const sheet = await reviewAll(page);
      await sheet.getByRole('radio', { name: /^At a time/ }).check();
      await sheet.getByRole('button', { name: /to settle$/ }).click();
      await sheet.getByText(/in this batch, or a time each$/).click();
      await sheet.getByText(/of the selected stay out$/).click();
      expect(await flaws(page)).toEqual([]);
    });

    test('axe finds nothing wrong with the outcomes', async ({ page, clouds }) => {
      await openEvents(page);
      await narrowTo(page, 'edge', 'Reboot');
      await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'fail_items', count: 1, times: 1 });
      const sheet = await review(page, 3);
      await sheet.getByRole('radio', { name: /^Now/ }).check();
      await sheet.getByRole('button', { name: 'Reboot 3', exact: true }).click();
      await expect(sheet.getByRole('heading', { name: '2 accepted · 1 rejected' })).toBeVisible();
      expect(await flaws(page)).toEqual([]);
      await sheet.getByRole('button', { name: 'Done' }).click();
      await expect(grid(page)).toBeVisible();
      expect(await flaws(page)).toEqual([]);
    });
  });
}
