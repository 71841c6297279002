import type { APIRequestContext } from '@playwright/test';

import { grid, rows, thousands } from './console';
import { expect, test, type Page } from './fixtures';

/** Two clouds' worth of it is more than the first block of a listing has. */
const FLEET = 2_000;

declare global {
  interface Window {
    /** What a test holds back of a listing. */
    listings: { asked: number; release: () => void };
  }
}

async function total(request: APIRequestContext): Promise<number> {
  const totals = await request.get('/api/v1/events/totals');
  return ((await totals.json()) as { total: number }).total;
}

/** Once the proxy has read all of the clouds. */
async function hasRead(request: APIRequestContext, events: number): Promise<void> {
  await expect.poll(() => total(request), { timeout: 40_000 }).toBe(events);
}

/** Keeps what follows the first block of a listing until it is released; or breaks the first listing off there, and keeps that of the next. */
async function holdRest(page: Page, { cut = false } = {}): Promise<void> {
  await page.addInitScript((cut) => {
    const own = window.fetch;
    let release = (): void => undefined;
    const held = new Promise<void>((done) => (release = done));
    window.listings = { asked: 0, release };
    window.fetch = async (...args) => {
      const answer = await own(...args);
      const url = args[0] instanceof Request ? args[0].url : String(args[0]);
      if (!url.includes('/api/v1/events/listing')) return answer;
      window.listings.asked += 1;
      const first = window.listings.asked === 1;
      const whole = new Uint8Array(await answer.arrayBuffer());
      const frames = new DataView(whole.buffer);
      // Behind the mark, a kind and a length before each frame: the head, then the first block.
      let at = 4;
      for (let frame = 0; frame < 2; frame += 1) at += 5 + frames.getUint32(at + 1, true);
      const body = new ReadableStream({
        async start(stream) {
          stream.enqueue(whole.slice(0, at));
          if (!(cut && first)) {
            await held;
            stream.enqueue(whole.slice(at));
          }
          stream.close();
        },
      });
      return new Response(body, { status: answer.status, headers: answer.headers });
    };
  }, cut);
}

test.describe('of many events', () => {
  test.use({ cloudOptions: ['--events', String((FLEET * 3) / 2)] });

  test('the most pressing are there to act on while the rest is loading, and no count is of them alone', async ({ page, request }) => {
    await hasRead(request, FLEET);
    await holdRest(page);
    await page.goto('/events');
    const progress = page.getByRole('status').filter({ hasText: 'most pressing of' });
    await expect(progress).toHaveText(/^The 512 most pressing of 2,000 · loading the rest, 25 %/);
    // And those of the rest of which the stream has told, as names are being read: not those that are over.
    const shown = Number(await grid(page).getAttribute('aria-rowcount'));
    expect(shown).toBeGreaterThanOrEqual(513);
    expect(shown).toBeLessThan(FLEET + 1);
    // The server's counts, not those of what is here.
    const totals = (await (await request.get('/api/v1/events/totals')).json()) as { counts: { states: Record<string, number> }[] };
    const of = (...states: string[]) => totals.counts.flatMap((count) => states.map((state) => count.states[state] ?? 0)).reduce((sum, count) => sum + count, 0);
    const tabs = { 'To decide': of('inquiring'), Scheduled: of('scheduled'), Running: of('executing'), All: FLEET };
    for (const [name, count] of Object.entries(tabs)) {
      await expect(page.getByRole('tab', { name: new RegExp(`^${name}`) })).toHaveText(`${name} ${thousands(count)}`);
    }
    const pressing = await rows(page).first().locator('.cell-resource').innerText();
    await rows(page).first().locator('.cell-resource').click();
    await expect(page.getByRole('complementary').filter({ hasText: 'Facts' })).toBeVisible();
    await page.evaluate(() => window.listings.release());
    await expect(progress).toHaveCount(0);
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(FLEET + 1));
    await expect(rows(page).first().locator('.cell-resource')).toHaveText(pressing, { useInnerText: true });
  });

  test('a search is answered by the proxy until the rest is here, and nothing moves when it is', async ({ page, request }) => {
    await hasRead(request, FLEET);
    // What comes last is not among the first rows.
    type Answer = { events: { id: string; resource_id: string }[]; next?: string };
    let answer = (await (await request.get('/api/v1/events?limit=1000')).json()) as Answer;
    while (answer.next) answer = (await (await request.get(`/api/v1/events?limit=1000&cursor=${answer.next}`)).json()) as Answer;
    const last = answer.events.at(-1);
    await holdRest(page);
    await page.goto(`/events?q=${last?.id}`);
    await expect(rows(page)).toHaveCount(1);
    const row = rows(page).first();
    await expect(row.locator('.row-id')).toHaveAttribute('title', String(last?.resource_id));
    await expect(page.locator('.page-title [role=status]')).toHaveText(`1 of ${thousands(FLEET)} match`);
    await expect(page.getByText('until then the proxy itself answers this filter and order').first()).toBeVisible();
    // Another order than the one in which the rows come is asked for, too.
    await page.getByRole('searchbox', { name: 'Search events' }).fill('');
    await page.getByRole('columnheader', { name: 'Resource' }).getByRole('button').click();
    const sorted = (await (await request.get('/api/v1/events?sort=name&limit=1')).json()) as Answer;
    await expect(row.locator('.row-id')).toHaveAttribute('title', String(sorted.events[0]?.resource_id));
    await expect(page.getByRole('checkbox', { name: /^Select all: not before all 2,000/ })).toBeDisabled();
    await row.getByRole('checkbox').click();
    const third = rows(page).nth(2);
    await third.hover();
    const [name, box] = [await third.locator('.row-id').innerText(), await third.boundingBox()];
    await page.evaluate(() => window.listings.release());
    await expect(page.getByRole('checkbox', { name: 'Select all 2,000 that match' })).toBeEnabled();
    await expect(third.locator('.row-id')).toHaveText(name, { useInnerText: true });
    expect(await third.boundingBox()).toEqual(box);
    await expect(page.getByRole('region', { name: 'Selection' }).getByRole('status').first()).toHaveText('1 selected');
  });

  test('what broke off is read again from its beginning, and until then it is not taken for all there is', async ({ page, request }) => {
    await hasRead(request, FLEET);
    await holdRest(page, { cut: true });
    // Nor is the proxy there to say it.
    await page.route(/\/api\/v1\/events\?/, () => new Promise(() => undefined));
    await page.goto('/events?q=no+such+event');
    await expect(page.getByRole('alert').filter({ hasText: 'cut off' })).toBeVisible();
    await expect.poll(() => page.evaluate(() => window.listings.asked)).toBe(2);
    await expect(page.getByText('Nothing matches')).toHaveCount(0);
    await page.evaluate(() => window.listings.release());
    await expect(page.getByText('Nothing matches')).toBeVisible({ timeout: 30_000 });
    expect(await page.evaluate(() => window.listings.asked)).toBe(2);
  });
});

test('a page that a proxy of another version answers says that it is to be loaded anew', async ({ page }) => {
  await page.route('**/api/v1/events/listing?*', (route) =>
    route.fulfill({ contentType: 'application/vnd.evenkeel.listing', body: Buffer.from([0x45, 0x4b, 0x4c, 99]) }),
  );
  await page.goto('/events');
  await expect(page.getByRole('alert').filter({ hasText: 'load the page anew' })).toBeVisible();
});

test('what was missed is caught up from where the page was, and nothing is read twice', async ({ page, request }) => {
  const total = async (): Promise<number> => ((await (await request.get('/api/v1/events/totals')).json()) as { total: number }).total;
  await expect.poll(total).toBeGreaterThan(0);
  const asked: URLSearchParams[] = [];
  page.on('request', (it) => {
    const url = new URL(it.url());
    if (url.pathname.endsWith('/events/listing')) asked.push(url.searchParams);
  });
  // The first line says at once that something was missed; the one after it is the server's own.
  let lines = 0;
  await page.route('**/api/v1/stream?*', (route) => {
    lines += 1;
    return lines === 1 ? route.fulfill({ contentType: 'text/event-stream', body: 'retry: 100\nevent: reset\ndata: {}\n\n' }) : route.continue();
  });
  await page.goto('/events');
  await expect.poll(() => asked.length).toBe(2);
  expect(asked[0]?.get('since')).toBeNull();
  expect(Number(asked[1]?.get('since'))).toBeGreaterThan(0);
  await expect(page.getByText('Still loading')).toHaveCount(0);
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String((await total()) + 1));
});
