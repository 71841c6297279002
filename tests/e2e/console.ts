import { expect, type Locator, type Page } from '@playwright/test';

/** The fleet of the sandbox's default seed. */
export const FLEET = 200;

/** The page as a person opens it, with every event loaded. */
export async function openEvents(page: Page, path = '/events'): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { name: 'Events', level: 1 })).toBeVisible();
  // A server that has just been started has to read the clouds first, and a large fleet has many pages.
  await expect(page.getByText(/^(Loading events|The .* most pressing of|Reading the clouds)/)).toHaveCount(0, { timeout: 40_000 });
}

export function grid(page: Page): Locator {
  return page.getByRole('grid', { name: /^Events/ });
}

/** The rows of the pool that show an event. */
export function rows(page: Page): Locator {
  return grid(page).getByRole('row').filter({ has: page.getByRole('checkbox', { name: /^Select (?!all)/ }) });
}

/** Chooses one entry of a filter menu: `State`, `Type` or `Account`. */
export async function filterBy(page: Page, menu: string, entry: string): Promise<void> {
  // A `summary`, for which there is no role to look it up by.
  await page.getByRole('search').locator('summary', { hasText: new RegExp(`^${menu}`) }).click();
  await page.getByRole('checkbox', { name: new RegExp(`^${entry}`) }).check();
  await page.keyboard.press('Escape');
}

/** Shows only events of an account that await a decision and are of a type. */
export async function narrowTo(page: Page, account: string, type: string): Promise<void> {
  await filterBy(page, 'Account', account);
  await filterBy(page, 'State', 'Inquiring');
  await filterBy(page, 'Type', type);
}

/** `3412` as `3,412`. */
export function thousands(count: number): string {
  return count.toLocaleString('en-US');
}

/** How many events the list holds. */
export async function listed(page: Page): Promise<number> {
  return Number(await grid(page).getAttribute('aria-rowcount')) - 1;
}

/** Selects the first rows and opens the review. */
export async function review(page: Page, count: number): Promise<Locator> {
  for (let row = 0; row < count; row += 1) {
    await rows(page).nth(row).getByRole('checkbox').click();
  }
  return reviewSelected(page, count);
}

/** Selects everything that matches and opens the review. */
export async function reviewAll(page: Page): Promise<Locator> {
  const count = await listed(page);
  await page.getByRole('checkbox', { name: /^Select all/ }).click();
  return reviewSelected(page, count);
}

export async function reviewSelected(page: Page, count: number): Promise<Locator> {
  const tray = page.getByRole('region', { name: 'Selection' });
  await expect(tray.getByRole('status')).toHaveText(`${thousands(count)} selected`);
  await tray.getByRole('button', { name: /^Review/ }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet).toBeVisible();
  return sheet;
}

/** The exact requests, in a tab of their own. */
export async function requests(sheet: Locator): Promise<Locator> {
  await sheet.getByRole('tab', { name: 'Exactly what will be sent' }).click();
  return sheet.getByRole('region', { name: 'Exactly what will be sent' });
}

/** The machines of a review, the heads of their groups aside. */
export function machines(sheet: Locator): Locator {
  return sheet.getByRole('grid', { name: 'Machines of this batch' }).getByRole('row').filter({ has: sheet.page().getByRole('button') });
}

/** Types the number that a batch asks for which may lose data or takes something down at once. */
export async function confirm(sheet: Locator, count: number): Promise<void> {
  await sheet.getByRole('textbox', { name: /^To confirm/ }).fill(String(count));
}

/** Types the number that is asked for: instances, of which several events may be about one. */
export async function confirmAsked(sheet: Locator): Promise<number> {
  const asked = await sheet.getByText(/^To confirm/).innerText();
  const count = Number(/\(([\d,]+)\)/.exec(asked)![1]!.replaceAll(',', ''));
  await confirm(sheet, count);
  return count;
}

/** `datetime-local`'s form of a time some hours ahead, in UTC. */
export function hoursAhead(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16);
}

/** The page of a batch, once it stands there. */
export async function onBatch(page: Page, title: string): Promise<void> {
  await expect(page).toHaveURL(/\/batches\/[0-9a-f-]{36}(\?.*)?$/);
  await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible();
}

/** What became of the items, as the page sums it up; `taken` are those that have taken effect, too. */
export async function counts(page: Page): Promise<Record<string, number>> {
  const text = await page.getByRole('region', { name: 'Progress' }).getByRole('status').innerText();
  const counts: Record<string, number> = {};
  for (const part of text.split(' · ').filter((part) => part !== '')) {
    const [, count, word] = /^([\d,]+) (.+)$/.exec(part)!;
    const name = word === 'taken effect' ? 'taken' : word!;
    counts[name] = (counts[name] ?? 0) + Number(count!.replaceAll(',', ''));
  }
  return counts;
}

/** Waits until the batch has come to this. */
export async function becomes(page: Page, wanted: Record<string, number>, timeout = 20_000): Promise<void> {
  await expect.poll(() => counts(page), { timeout }).toEqual(wanted);
}

/** The rows of a batch's items. */
export function items(page: Page): Locator {
  return page.getByRole('grid', { name: /^Items/ }).getByRole('row').filter({ has: page.getByRole('link') });
}
