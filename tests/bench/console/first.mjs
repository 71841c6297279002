// The first visit of a page on a processor four times slower: when something is painted, and when the largest of it is.
import { setTimeout as pause } from 'node:timers/promises';

const SLOWER = 4;
/** So long after rows are seen nothing larger is painted. */
const QUIET_MS = 1000;

/** What a browser does for itself when it starts is over after so long. */
const BROWSER_MS = 4000;

/** In a browser that has been nowhere yet. */
export async function first(browser, url, cookie) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  if (cookie) await context.addCookies([cookie]);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await pause(BROWSER_MS);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await session.send('Network.enable');
  const scripts = new Set();
  let program = 0;
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (/wasm|javascript/.test(response.mimeType)) scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) program += encodedDataLength;
  });
  await page.addInitScript(() => {
    const seen = (window.__first = {});
    const watch = (type, take) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    watch('paint', (entry) => {
      if (entry.name === 'first-contentful-paint') seen.painted = entry.startTime;
    });
    watch('largest-contentful-paint', (entry) => (seen.largest = entry.startTime));
  });
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('[role=grid] [role=row]').nth(1).waitFor({ timeout: 120_000 });
  await pause(QUIET_MS);
  const { painted, largest } = await page.evaluate(() => window.__first);
  await context.close();
  return { painted, largest, program: program / 1000 };
}
