// One visit of one page in a browser of its own, measured.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { first } from './first.mjs';
import { probe } from './probe.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--enable-precise-memory-info',
];
const MB = 1024 * 1024;

export const percentile = (values, part) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
};

const total = (received) => [...received.values()].reduce((sum, it) => sum + it, 0);

export async function measure(chromium, executablePath, { url, cookie, texts, queries }) {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const visit = await first(browser, url, cookie);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    if (cookie) await context.addCookies([cookie]);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    await session.send('Network.enable');
    // By request: a page that stops reading at the end of a stream does not finish it.
    const received = new Map();
    const receive = ({ requestId, encodedDataLength }, before = 0) => received.set(requestId, before + encodedDataLength);
    session.on('Network.dataReceived', (event) => receive(event, received.get(event.requestId)));
    session.on('Network.loadingFinished', (event) => receive(event));
    await page.addInitScript(probe, texts.length);

    const tasks = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find((metric) => metric.name === 'TaskDuration').value * 1000;
    };
    // What the main thread did for an action, and when it showed.
    const act = async (action) => {
      const before = await tasks();
      await action();
      const result = await page.evaluate(() => window.__bench.result);
      await pause(10 + Math.random() * 40);
      return { ...result, task: (await tasks()) - before };
    };

    await page.goto(url, { waitUntil: 'commit' });
    const { paint: ready, bad } = await page.evaluate(() => window.__bench.ready);
    if (bad) throw new Error(`${url} did not show ${texts.length} rows`);
    const longest = await page.evaluate(() => Math.max(0, ...window.__bench.tasks));
    const bytes = total(received);
    const memory = await weigh(browser, page, session);
    const found = { ready, longest, bytes: bytes / 1e6, ...memory, ...visit, bad: 0 };
    const note = (results) => {
      found.bad += results.filter((result) => result.bad).length;
      return results;
    };
    // What a page does ahead while nobody asks for anything, it does now.
    await pause(1500);

    await page.getByRole('searchbox').first().click();
    const keys = [];
    let text = '';
    const counts = new Map([['', texts.length]]);
    const expected = () => {
      if (!counts.has(text)) counts.set(text, texts.filter((all) => all.includes(text)).length);
      return counts.get(text);
    };
    const press = async (key) => {
      text = key === 'Backspace' ? text.slice(0, -1) : text + key;
      await page.evaluate((wanted) => window.__bench.armCount(wanted), expected());
      keys.push(await act(() => page.keyboard.press(key)));
    };
    for (const query of queries) {
      for (const key of query) await press(key);
      for (const _ of query) await press('Backspace');
    }
    const paints = note(keys).map((key) => key.paint);
    found.key = percentile(paints, 0.5);
    found.keyLate = percentile(paints, 0.95);

    const sorts = [];
    for (let head = 0; head < (await page.evaluate(() => window.__bench.heads())); head += 1) {
      for (let turn = 0; turn < 2; turn += 1) {
        const [x, y] = await page.evaluate((at) => window.__bench.armSort(at), head);
        sorts.push(await act(() => page.mouse.click(x, y)));
      }
    }
    found.sort = Math.max(...note(sorts).map((sort) => sort.paint));

    const selects = [];
    for (const to of [true, false, true, false]) {
      const [x, y] = await page.evaluate((to) => window.__bench.armAll(to), to);
      selects.push(await act(() => page.mouse.click(x, y)));
    }
    found.select = percentile(note(selects).map((select) => select.task), 0.5);

    for (const [name, speed, distance] of [['wheel', 3000, 9000], ['fling', 20_000, 60_000]]) {
      const { middle, top, bottom } = await page.evaluate(() => {
        window.__bench.record(true);
        return window.__bench.sight();
      });
      await session.send('Input.synthesizeScrollGesture', {
        x: middle,
        y: (top + bottom) / 2,
        yDistance: -distance,
        speed,
        gestureSourceType: 'mouse',
        preventFling: true,
      });
      const { frames, blank } = await page.evaluate(() => {
        window.__bench.record(false);
        return { frames: window.__bench.frames, blank: window.__bench.blank };
      });
      found[name] = percentile(frames, 0.95);
      found.blank = (found.blank ?? 0) + blank;
    }

    // Once more in the same browser, with nothing changed.
    received.clear();
    await page.goto(url, { waitUntil: 'commit' });
    const again = await page.evaluate(() => window.__bench.ready);
    found.bad += again.bad ? 1 : 0;
    return { ...found, readyAgain: again.paint, bytesAgain: total(received) / 1000 };
  } finally {
    await browser.close();
  }
}

// JavaScript's heap and WebAssembly's memory, and what the whole renderer holds, where the system says so.
async function weigh(browser, page, session) {
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const wasm = await page.evaluate(() => window.__bench.memories.reduce((sum, it) => sum + it.buffer.byteLength, 0));
  const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter((process) => process.type === 'renderer').map((process) => {
    try {
      const told = readFileSync(`/proc/${process.id}/smaps_rollup`, 'utf8');
      return Number(/^Pss:\s+(\d+)/m.exec(told)[1]) / 1024;
    } catch {
      return NaN;
    }
  });
  return { heap: (usedSize + wasm) / MB, wasm: wasm / MB, renderer: Math.max(...renderers) };
}
