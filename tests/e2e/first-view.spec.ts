import { flaws } from './axe';
import { expect, test, type Page } from './fixtures';

/** Holds the program back until it is let through. */
async function holdProgram(page: Page): Promise<() => void> {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

const READERS = [
  { who: 'the browser’s settings', locale: 'en-US', kept: {}, lang: 'en-us', loading: 'Loading…', other: '批次', batches: 'Batches', events: 'Events', ground: 'rgb(246, 247, 249)' },
  { who: 'a browser in Chinese', locale: 'zh-CN', kept: { theme: 'dark' }, lang: 'zh-cn', loading: '正在加载…', other: 'Batches', batches: '批次', events: '事件', ground: 'rgb(14, 18, 23)' },
  { who: 'what was kept', locale: 'en-US', kept: { theme: 'dark', language: 'zh-cn' }, lang: 'zh-cn', loading: '正在加载…', other: 'Batches', batches: '批次', events: '事件', ground: 'rgb(14, 18, 23)' },
  { who: 'what was kept against the browser', locale: 'zh-CN', kept: { theme: 'light', language: 'en-us' }, lang: 'en-us', loading: 'Loading…', other: '批次', batches: 'Batches', events: 'Events', ground: 'rgb(246, 247, 249)' },
] as const;

for (const reader of READERS) {
  test.describe(`by ${reader.who}`, () => {
    // Rows that shimmer for ever would never be still enough to be looked at.
    test.use({ locale: reader.locale, contextOptions: { reducedMotion: 'reduce' } });

    test('the frame of the page is seen before the program, and goes when it comes', async ({ page }) => {
      const release = await holdProgram(page);
      await page.addInitScript((kept) => {
        for (const [name, value] of Object.entries(kept)) localStorage.setItem(`evenkeel.${name}`, value);
      }, reader.kept);
      await page.goto('/events');
      await expect(page.getByRole('heading', { name: reader.loading, level: 1 })).toBeVisible();
      await expect(page.getByText(reader.batches, { exact: true })).toBeVisible();
      await expect(page.getByText(reader.other, { exact: true })).toBeHidden();
      await expect(page.getByRole('alert')).toHaveCount(0);
      await expect(page.locator('html')).toHaveAttribute('lang', reader.lang);
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(reader.ground);
      expect(await flaws(page)).toEqual([]);

      release();
      await expect(page.getByRole('heading', { name: reader.events, level: 1 })).toBeVisible();
      await expect(page.getByText(reader.loading, { exact: true })).toHaveCount(0);
      await expect(page.locator('.app')).toHaveCount(1);
    });
  });
}

test('a program that is long in coming is told of, and begins when it is here', async ({ page }) => {
  await page.clock.install();
  const release = await holdProgram(page);
  await page.goto('/batches');
  const told = page.getByText('Evenkeel is still loading', { exact: true });
  await expect(page.getByRole('heading', { name: 'Loading…', level: 1 })).toBeVisible();
  // The rows of the list are not what comes.
  await expect(page.locator('.skeleton-row').first()).toBeHidden();
  // The clock also goes on by itself, on a busy machine for some seconds until here.
  await page.clock.fastForward(5_000);
  await expect(told).toBeHidden();
  await page.clock.fastForward(16_000);
  await expect(told).toBeVisible();
  await expect(page.locator('[aria-busy]')).toHaveCount(0);
  expect(await flaws(page)).toEqual([]);
  release();
  await expect(page.getByRole('heading', { name: 'Batches', level: 1 })).toBeVisible();
  await expect(told).toHaveCount(0);
});

test.describe('a program that does not come', () => {
  test.use({ expectedErrors: /Failed to load resource|Failed to fetch|WebAssembly|Connection closed|was preloaded/ });

  async function isTold(page: Page): Promise<void> {
    await expect(page.getByRole('heading', { name: 'Evenkeel could not start', level: 1 })).toBeVisible();
    await expect(page.getByRole('alert')).toContainText('load the page again');
    await expect(page.getByRole('heading', { name: 'Loading…' })).toHaveCount(0);
    await expect(page.locator('[aria-busy]')).toHaveCount(0);
    expect(await flaws(page)).toEqual([]);
  }

  for (const [what, file] of [['module', /\.wasm$/], ['script', /\.js$/]] as const) {
    test(`its ${what} cannot be fetched: the page says so`, async ({ page }) => {
      await page.route(file, (route) => route.abort());
      await page.goto('/events');
      await isTold(page);
    });
  }

  test('the browser has no WebAssembly: the page says so', async ({ page }) => {
    await page.addInitScript('delete globalThis.WebAssembly');
    await page.goto('/events');
    await isTold(page);
  });
});

test.describe('a browser without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('is told that the page needs them', async ({ page }) => {
    await page.goto('/events');
    await expect(page.getByRole('heading', { name: 'Evenkeel could not start', level: 1 })).toBeVisible();
    await expect(page.getByRole('alert')).toContainText('JavaScript and WebAssembly');
  });
});

test('a picture that is missing ends nothing', async ({ page }) => {
  const release = await holdProgram(page);
  await page.goto('/events');
  await page.evaluate(async () => {
    const picture = new Image();
    picture.src = 'data:image/png,none';
    document.body.append(picture);
    await new Promise((done) => picture.addEventListener('error', done));
    picture.remove();
  });
  await expect(page.getByRole('heading', { name: 'Loading…', level: 1 })).toBeVisible();
  release();
  await expect(page.getByRole('heading', { name: 'Events', level: 1 })).toBeVisible();
});
