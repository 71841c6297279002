import { asking } from './asking';
import { grid, rows } from './console';
import { expect, test, type Page } from './fixtures';
import type { Clouds } from './servers';

// Whoever has logged out is told so.
test.use({ cloudOptions: ['--events', '0'], expectedErrors: /Failed to load resource.*401|EventSource|AbortError/ });

const FLEET = 400;
const fleet = Array.from({ length: FLEET }, (_, n) => asking(`${n}-${crypto.randomUUID()}`, 10 + n));

const isKept = (page: Page): Promise<boolean> =>
  page.evaluate(async () => (await caches.match('/api/v1/events/listing?gone=exclude')) !== undefined);
const allThere = (page: Page) => expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
const names = (page: Page) => rows(page).locator('.cell-resource .row-id');

/** Lets the cloud have these events, and waits until the proxy has read the last of them, and what all machines are called. */
async function read(page: Page, clouds: Clouds, origin: string, ens: ReturnType<typeof asking>[]): Promise<void> {
  await clouds.events({ ens, 'huawei-ecs': [] });
  await page.request.post('/api/v1/events/refresh', { headers: { origin }, data: { accounts: ['edge'] } });
  const known = async (): Promise<string[]> => {
    const answer = await page.request.get('/api/v1/events?limit=1000');
    const { events } = (await answer.json()) as { events: { id: string; resource?: object }[] };
    return events.filter(({ resource }) => resource !== undefined).map(({ id }) => id);
  };
  await expect.poll(async () => (await known()).sort(), { timeout: 30_000 }).toEqual(ens.map(({ id }) => id).sort());
}

/** Notes each listing that is asked for, and how many bytes came. */
function listings(page: Page): { since: string | null; bytes: Promise<number> }[] {
  const asked: { since: string | null; bytes: Promise<number> }[] = [];
  page.on('requestfinished', (request) => {
    const url = new URL(request.url());
    if (!url.pathname.endsWith('/events/listing')) return;
    asked.push({ since: url.searchParams.get('since'), bytes: request.sizes().then((sizes) => sizes.responseBodySize) });
  });
  return asked;
}

test('costs what changed since the first, shows what is now, and leaves nothing behind after logging out', async ({ page, clouds, evenkeel }) => {
  await read(page, clouds, evenkeel.url, fleet);
  const asked = listings(page);
  await page.goto('/events');
  await allThere(page);
  await expect.poll(() => isKept(page)).toBe(true);
  await page.goto('about:blank');

  // The most pressing one is over, the next one moved behind the third, and there is a new one.
  const [first, second, third, ...rest] = fleet;
  const now = [third!, { ...asking('x', 12.5), id: second!.id, resource_id: second!.resource_id }, ...rest, asking('new', 5)];
  await read(page, clouds, evenkeel.url, now);
  await page.goto('/events');
  await allThere(page);
  const shown = ['i-new', third!.resource_id, second!.resource_id];
  for (const [n, name] of shown.entries()) await expect(names(page).nth(n)).toHaveAttribute('title', name);
  await expect(page.getByTitle(first!.resource_id)).toHaveCount(0);
  await expect.poll(() => asked.length).toBe(2);
  expect(asked.map(({ since }) => since !== null)).toEqual([false, true]);
  const [whole, changed] = await Promise.all(asked.map(({ bytes }) => bytes));
  expect(changed).toBeLessThan(whole! / 4);

  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('dialog', { name: 'Log in' })).toBeVisible();
  await expect.poll(() => isKept(page)).toBe(false);
});

test('that finds what was kept cut off reads everything', async ({ page, clouds, evenkeel }) => {
  await read(page, clouds, evenkeel.url, fleet);
  await page.goto('/events');
  await allThere(page);
  await expect.poll(() => isKept(page)).toBe(true);
  await page.evaluate(async () => {
    const path = '/api/v1/events/listing?gone=exclude';
    const kept = (await caches.match(path))!;
    const half = (await kept.arrayBuffer()).slice(0, 5_000);
    const shelf = await caches.open('evenkeel-listing');
    await shelf.put(path, new Response(half, { headers: kept.headers }));
  });
  const asked = listings(page);
  await page.reload();
  await allThere(page);
  await expect.poll(() => asked.map(({ since }) => since !== null)).toEqual([true, false]);
  await expect.poll(() => isKept(page)).toBe(true);
});
