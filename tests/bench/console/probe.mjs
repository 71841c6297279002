// What is put into a page before its own scripts: it knows roles only, so that it measures any page alike.
//
// A page has a `searchbox`; a `grid` with `aria-rowcount`, one more than its rows; a row group of
// `role=row[aria-rowindex][aria-selected]`; heads with `aria-sort`; a first checkbox in the head that selects all.

export function probe(total) {
  const page = (window.__bench = { memories: [], tasks: [], frames: [], blank: 0 });
  const keep = (name, exportsOf) => {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original(...args);
      for (const value of Object.values(exportsOf(result).exports)) {
        if (value instanceof WebAssembly.Memory) page.memories.push(value);
      }
      return result;
    };
  };
  keep('instantiate', (result) => result.instance ?? result);
  keep('instantiateStreaming', (result) => result.instance);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) page.tasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });

  // Resolves in the first task after a frame that shows what is expected: asked within the frame, for a page may still
  // render between the frame and a message.
  const settle = (holds, since, most = 10_000) =>
    new Promise((done) => {
      const channel = new MessageChannel();
      const begun = performance.now();
      let hit = false;
      const frame = () => {
        hit = Boolean(holds());
        channel.port2.postMessage(0);
      };
      channel.port1.onmessage = () => {
        const now = performance.now();
        if (hit || now - begun > most) done({ paint: now - since(), bad: !hit });
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });

  const grid = () => document.querySelector('[role=grid]');
  const body = () => grid()?.querySelector('[role=rowgroup]:not(:has([role=columnheader]))');
  const heads = () => [...document.querySelectorAll('[role=columnheader][aria-sort]')];
  const all = () => grid().querySelector('[role=row] input[type=checkbox]');
  const count = () => Number(grid()?.getAttribute('aria-rowcount') ?? -1) - 1;
  const scroller = () => {
    for (let at = body(); at; at = at.parentElement) {
      const overflow = getComputedStyle(at).overflowY;
      if (/auto|scroll/.test(overflow) && at.scrollHeight > at.clientHeight + 1) return at;
    }
    return document.scrollingElement;
  };
  // Where rows are to be seen.
  page.sight = () => {
    const box = grid().getBoundingClientRect();
    const head = heads()[0].closest('[role=row]').getBoundingClientRect();
    const end = scroller() === document.scrollingElement ? innerHeight : scroller().getBoundingClientRect().bottom;
    return { left: box.left, middle: box.left + box.width / 2, top: head.bottom, bottom: end };
  };
  const rowAt = (y) => document.elementFromPoint(page.sight().left + 300, y)?.closest('[role=row]');
  const topRow = () => rowAt(page.sight().top + 10);

  const stamps = {};
  let armed;
  for (const kind of ['keydown', 'click']) {
    const hear = (event) => {
      stamps[kind] = event.timeStamp;
      if (armed?.kind !== kind) return;
      settle(armed.holds, () => stamps[kind]).then(armed.done);
      armed = undefined;
    };
    addEventListener(kind, hear, true);
  }
  const arm = (kind, holds) => {
    page.result = new Promise((done) => (armed = { kind, holds, done }));
  };
  const middle = (element, left) => {
    const box = element.getBoundingClientRect();
    return [box.left + (left ?? box.width / 2), box.top + box.height / 2];
  };
  page.heads = () => heads().length;
  page.armCount = (wanted) => arm('keydown', () => count() === wanted);
  page.armSort = (at) => {
    const was = heads()[at].getAttribute('aria-sort');
    arm('click', () => heads()[at].getAttribute('aria-sort') !== was);
    return middle(heads()[at], 20);
  };
  page.armAll = (to) => {
    arm('click', () => all().checked === to && topRow()?.getAttribute('aria-selected') === String(to));
    return middle(all());
  };
  page.record = (on) => {
    page.recording = on;
    if (!on) return;
    page.frames = [];
    page.blank = 0;
    const { top, bottom } = page.sight();
    const heights = [top + 5, (top + bottom) / 2, bottom - 25];
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      if (heights.some((height) => !rowAt(height))) page.blank += 1;
    };
    let last = 0;
    const frame = (now) => {
      if (!page.recording) return;
      if (last) page.frames.push(now - last);
      last = now;
      channel.port2.postMessage(0);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  };
  page.ready = settle(() => document.body && count() === total && topRow(), () => 0, 120_000);
}
