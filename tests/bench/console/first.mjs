// The first visit of a page on a processor four times slower: when something is painted, when the largest of it is, and
// how much of its program is here then and in the end.
import { setTimeout as pause } from 'node:timers/promises';

const SLOWER = 4;
/** So long after rows are seen nothing larger is painted. */
const QUIET_MS = 1000;

/** A page that receives nothing for so long has all of its program: on this processor events are read slowly, and what
 * is fetched ahead comes after them. */
const WHOLE_MS = 10_000;

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
  let last = 0;
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (/wasm|javascript/.test(response.mimeType)) scripts.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!scripts.has(requestId)) return;
    program += encodedDataLength;
  });
  session.on('Network.dataReceived', () => (last = performance.now()));
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
  const needed = program;
  await pause(QUIET_MS);
  const { painted, largest } = await page.evaluate(() => window.__first);
  while (performance.now() - last < WHOLE_MS) await pause(100);
  await context.close();
  return { painted, largest, needed: needed / 1000, program: program / 1000 };
}
