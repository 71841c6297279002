import { becomes, confirm, grid, items, narrowTo, onBatch, openEvents, requests, review, reviewAll, rows } from './console';
import { expect, test, type Page } from './fixtures';
import { cutText, hiddenStops, prepare, sideways, smallTargets } from './wcag';

test.describe.configure({ mode: 'parallel' });
test.beforeEach(async ({ page }) => prepare(page));

/** Looks at what is open in every way that axe does not. */
async function check(page: Page, what: string): Promise<void> {
  const { stops, hidden } = await hiddenStops(page);
  expect.soft(stops, `${what}: what takes the focus`).toBeGreaterThan(1);
  expect.soft(hidden, `${what}: focus that is hidden (2.4.11)`).toEqual([]);
  expect.soft(await smallTargets(page), `${what}: targets that are small (2.5.8)`).toEqual([]);
  expect.soft(await sideways(page), `${what}: what scrolls sideways (1.4.10)`).toEqual([]);
  // It is asked of a page as it is, not of one that is zoomed to its end as well.
  if (page.viewportSize()!.width > 320) expect.soft(await cutText(page), `${what}: spaced text that is cut (1.4.12)`).toEqual([]);
}

// 320 px is a page of 1280 at 400 %.
for (const [width, height] of [[1440, 900], [800, 900], [320, 512]] as const) {
  test.describe(`at ${width} px`, () => {
    // Each width in one theme, so that both are looked at.
    test.use({ viewport: { width, height }, colorScheme: width === 800 ? 'dark' : 'light' });

    test('the list, its selection and the detail can be seen, hit and read', async ({ page }) => {
      test.slow();
      await openEvents(page);
      await check(page, 'list');
      await page.getByRole('checkbox', { name: /^Select all/ }).click();
      await check(page, 'selection');
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByRole('search').locator('summary', { hasText: /^State/ }).click();
      await check(page, 'menu');
      await page.keyboard.press('Escape');
      await rows(page).first().getByRole('link').first().click();
      await expect(page.getByRole('heading', { name: 'What can be done now' })).toBeVisible();
      await check(page, 'detail');
      await page.keyboard.press('Escape');
      await expect(grid(page)).toBeFocused();
    });

    test('a review can be seen, hit and read', async ({ page }) => {
      test.slow();
      await openEvents(page);
      const sheet = await reviewAll(page);
      await sheet.getByRole('radio', { name: /^At a time/ }).check();
      await sheet.getByRole('button', { name: /missing$/ }).click();
      await check(page, 'review');
      await requests(sheet);
      await check(page, 'requests');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('alertdialog')).toBeVisible();
      await check(page, 'question');
    });

    test('batches, an item and the retry can be seen, hit and read', async ({ page, clouds }) => {
      test.slow();
      await openEvents(page);
      await narrowTo(page, 'edge', 'Reboot');
      await clouds.fault({ operation: 'BatchEventRebootInstance', kind: 'fail_items', count: 1, times: 1 });
      const sheet = await review(page, 3);
      await sheet.getByRole('radio', { name: /^Now/ }).check();
      await confirm(sheet, 3);
      await sheet.getByRole('button', { name: 'Reboot 3', exact: true }).click();
      await onBatch(page, 'Reboot · 3 events');
      await becomes(page, { taken: 2, refused: 1 });
      await check(page, 'batch');
      await items(page).first().getByRole('link').first().click();
      await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
      await check(page, 'item');
      await page.keyboard.press('Escape');
      const retry = page.getByRole('button', { name: /^Retry the 1/ });
      await retry.click();
      const again = page.getByRole('dialog', { name: 'Again: Reboot · 1 event' });
      await expect(again).toBeVisible();
      await check(page, 'retry');
      // Whoever closes a dialog is where it was opened.
      await page.keyboard.press('Escape');
      await expect(again).toHaveCount(0);
      await expect(retry).toBeFocused();
      await page.getByRole('link', { name: 'Batches' }).first().click();
      await expect(page.getByRole('link', { name: 'Reboot · 3 events' })).toBeVisible();
      await check(page, 'batches');
    });

    test('the row that the keyboard is on is never under the head or the bar of the selection', async ({ page }) => {
      await openEvents(page);
      await page.getByRole('checkbox', { name: /^Select all/ }).click();
      await grid(page).focus();
      for (const key of ['End', 'PageUp', 'PageUp', 'ArrowUp', 'ArrowUp', 'Home', 'PageDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']) {
        await page.keyboard.press(key);
        const seen = () =>
          page.evaluate(() => {
            const row = document.querySelector('.row[data-active]');
            if (row === null) return 'there is none';
            const { left, top, bottom } = row.getBoundingClientRect();
            const hit = (y: number) => document.elementFromPoint(left + 60, y);
            return [top + 4, bottom - 4].every((y) => row.contains(hit(y))) ? '' : `from ${top} to ${bottom} in ${innerHeight}`;
          });
        await expect.poll(seen, { message: `after ${key}` }).toBe('');
      }
    });
  });
}

test('closing gives the focus back to what opened', async ({ page }) => {
  await openEvents(page);
  await narrowTo(page, 'edge', 'Reboot');
  await rows(page).first().getByRole('checkbox').click();
  const open = page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: /^Review/ });
  await open.press('Enter');
  const sheet = page.getByRole('dialog');
  await expect(sheet).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(open).toBeFocused();
  await open.press('Enter');
  const now = sheet.getByRole('radio', { name: /^Now/ });
  await now.check();
  await page.keyboard.press('Escape');
  const question = page.getByRole('alertdialog');
  await question.getByRole('button', { name: 'Go on with it' }).press('Enter');
  await expect(question).toHaveCount(0);
  expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null), 'within the review').toBe(true);
});

test.describe('of many events', () => {
  test.use({ cloudOptions: ['--events', '6000'] });

  test('what changes is told where readers hear it, and not with every page that is read', async ({ page }) => {
    await page.addInitScript(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      const isLive = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest('[role=status], [role=alert], [aria-live]');
      new MutationObserver((changes) => {
        const regions = new Set(changes.map((change) => isLive(change.target)).filter((region) => region !== null && region !== undefined));
        for (const region of regions) told.push(region!.textContent!);
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    await openEvents(page);
    const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told.length);
    // The start, each quarter and the end, of the clouds and of the proxy's list.
    expect(await told()).toBeLessThan(20);
    const status = page.getByRole('main').getByRole('status').filter({ hasText: /^[\d,]+ of 4,000 match$/ });
    await expect(status).toHaveCount(0);
    await page.getByRole('searchbox', { name: 'Search events' }).fill('reboot');
    await expect(status).toHaveCount(1);
  });
});

test('on paper there are rows and no empty sheets', async ({ page }) => {
  await openEvents(page);
  const pdf = (await page.pdf()).toString('latin1');
  const sheets = pdf.match(/\/Type\s*\/Page\b/g)!.length;
  expect(sheets).toBeLessThan(6);
  await page.emulateMedia({ media: 'print' });
  await expect(grid(page)).toBeVisible();
  await expect(page.getByRole('search')).toBeHidden();
});

test.describe('in the reader’s own colours', () => {
  test.use({ contextOptions: { forcedColors: 'active' } });

  test('what is pressed, selected or drawn is still told apart', async ({ page }) => {
    await openEvents(page);
    await rows(page).first().getByRole('checkbox').click();
    const style = (selector: string, property: string) =>
      page.evaluate(([selector, property]) => getComputedStyle(document.querySelector(selector!)!).getPropertyValue(property!), [selector, property]);
    for (const shown of ['.segmented button[aria-pressed="true"]', '.tab[aria-selected="true"]', '.row[aria-selected="true"]']) {
      expect(await style(shown, 'outline-style'), shown).toBe('solid');
    }
    for (const drawn of ['.dot', '.window-bar', '.window-span']) {
      expect(await style(drawn, 'forced-color-adjust'), drawn).toBe('none');
    }
    await page.getByRole('button', { name: 'Clear' }).click();
    await narrowTo(page, 'edge', 'Reboot');
    const sheet = await review(page, 1);
    await sheet.getByRole('radio', { name: /^Now/ }).check();
    expect(await style('.radio-card[data-checked]', 'outline-style')).toBe('solid');
    await confirm(sheet, 1);
    await sheet.getByRole('button', { name: 'Reboot 1', exact: true }).click();
    await onBatch(page, 'Reboot · 1 event');
    for (const drawn of ['.stack', '.stack > i']) {
      expect(await style(drawn, 'forced-color-adjust'), drawn).toBe('none');
    }
  });
});
