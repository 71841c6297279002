import { asking, inHours } from './asking';
import { grid, openEvents, rows } from './console';
import { expect, test, type Page } from './fixtures';
import type { Clouds } from './servers';

const running = (name: string) => ({ ...asking(name, -1), course: { kind: 'planned', starts_at: inHours(-1), ends_at: inHours(5) } });

/** Lets the clouds have these events, and the proxy notice. */
async function becomes(page: Page, clouds: Clouds, ens: object[]): Promise<void> {
  await clouds.events({ ens, 'huawei-ecs': [] });
  await page.request.post('/api/v1/events/refresh', { headers: { origin: new URL(page.url()).origin }, data: { accounts: ['edge'] } });
}

const names = (page: Page) => rows(page).locator('.cell-resource .row-id');
const waiting = (page: Page) => page.getByRole('button', { name: /: show$/ });
const rowOf = (page: Page, name: string) => rows(page).filter({ hasText: `i-${name}` });

/** Three events, and nobody at the list. */
async function open(page: Page, clouds: Clouds, path = '/events?show=decide'): Promise<void> {
  await clouds.events({ ens: [asking('a', 10), asking('b', 20), asking('c', 30)], 'huawei-ecs': [] });
  await openEvents(page, path);
  await expect(names(page)).toHaveText(['i-a', 'i-b', 'i-c']);
  await page.mouse.move(0, 0);
}

test.describe('rows hold still', () => {
  test.use({
    cloudOptions: ['--events', '0'],
  });

  test('under the pointer, until what waits is asked for', async ({ page, clouds }) => {
    await open(page, clouds);
    await rowOf(page, 'b').hover();
    const box = await rowOf(page, 'b').boundingBox();
    await becomes(page, clouds, [asking('first', 5), asking('a', 25), asking('b', 20), asking('c', 30)]);
    await expect(waiting(page)).toHaveText('1 new, 1 moved: show', { timeout: 20_000 });
    await expect(page.getByRole('status').filter({ hasText: /^1 new, 1 moved$/ })).toHaveCount(1);
    await expect(names(page)).toHaveText(['i-a', 'i-b', 'i-c']);
    expect(await rowOf(page, 'b').boundingBox()).toEqual(box);
    // What has changed in a row is there at once, and is marked.
    await expect(rowOf(page, 'a')).toContainText('changed');
    await expect(rowOf(page, 'a')).toHaveAccessibleName(/changed$/);
    await expect(rowOf(page, 'b')).not.toContainText('changed');
    await waiting(page).click();
    await expect(names(page)).toHaveText(['i-first', 'i-b', 'i-a', 'i-c']);
    await expect(rowOf(page, 'first')).toHaveAccessibleName(/new$/);
    await expect(waiting(page)).toHaveCount(0);
    await expect(grid(page)).toBeFocused();
  });

  test('while something is selected, and what became of that is said beside the button', async ({ page, clouds }) => {
    await open(page, clouds);
    for (const name of ['a', 'b']) await rowOf(page, name).getByRole('checkbox').click();
    await page.mouse.move(0, 0);
    await page.getByRole('searchbox', { name: 'Search events' }).focus();
    const tray = page.getByRole('region', { name: 'Selection' });
    await becomes(page, clouds, [running('a'), asking('c', 30), asking('last', 40)]);
    await expect(rowOf(page, 'a')).toHaveAccessibleName(/Executing.*no longer matches$/, { timeout: 20_000 });
    await expect(tray.getByText('1 has changed meanwhile')).toBeVisible();
    // An event is gone once two reads in a row lack it.
    await page.request.post('/api/v1/events/refresh', { headers: { origin: new URL(page.url()).origin }, data: { accounts: ['edge'] } });
    await expect(rowOf(page, 'b')).toHaveAccessibleName(/gone$/, { timeout: 20_000 });
    await expect(tray.getByText('1 is no longer listed')).toBeVisible();
    await expect(rowOf(page, 'b')).toHaveAttribute('aria-selected', 'false');
    await expect(names(page)).toHaveText(['i-a', 'i-b', 'i-c']);
    await expect(waiting(page)).toHaveText('1 new, 2 no longer match: show');
    await waiting(page).click();
    await expect(names(page)).toHaveText(['i-c', 'i-last']);
    // What is selected stays so.
    await expect(tray.getByRole('status').first()).toHaveText('1 selected');
    await expect(tray).toContainText('1 of them not shown by the filter');
    await tray.getByRole('button', { name: 'Clear' }).click();
    await expect(tray).toHaveCount(0);
  });

  test('while the keyboard is in the list, and all that is chosen at once is what is seen', async ({ page, clouds }) => {
    await open(page, clouds);
    await grid(page).focus();
    await page.keyboard.press('ArrowDown');
    await becomes(page, clouds, [asking('first', 5), running('a'), asking('b', 20), asking('c', 30)]);
    await expect(waiting(page)).toHaveText('1 new, 1 no longer matches: show', { timeout: 20_000 });
    await expect(names(page)).toHaveText(['i-a', 'i-b', 'i-c']);
    await page.keyboard.press('Control+a');
    const tray = page.getByRole('region', { name: 'Selection' });
    await expect(tray.getByRole('status').first()).toHaveText('2 selected');
    // The way to the button does not take it away.
    await waiting(page).focus();
    await page.keyboard.press('Enter');
    await expect(names(page)).toHaveText(['i-first', 'i-b', 'i-c']);
    await expect(tray.getByRole('status').first()).toHaveText('2 selected');
    await tray.getByRole('button', { name: 'Clear' }).press('Enter');
    // Nobody is at the list: it moves by itself.
    await page.getByRole('searchbox', { name: 'Search events' }).focus();
    await becomes(page, clouds, [asking('zero', 3), asking('first', 5), asking('b', 20)]);
    await expect(names(page).first()).toHaveText('i-zero', { timeout: 20_000 });
    await expect(waiting(page)).toHaveCount(0);
  });

  test('but not against a person’s own order', async ({ page, clouds }) => {
    await open(page, clouds, '/events');
    await rowOf(page, 'b').getByRole('checkbox').click();
    await becomes(page, clouds, [asking('first', 5), asking('a', 10), asking('b', 20), asking('c', 30)]);
    await expect(waiting(page)).toHaveText('1 new: show', { timeout: 20_000 });
    await grid(page).getByRole('columnheader', { name: 'Window' }).getByRole('button').click();
    await expect(names(page)).toHaveText(['i-first', 'i-a', 'i-b', 'i-c']);
    await expect(waiting(page)).toHaveCount(0);
  });
});
