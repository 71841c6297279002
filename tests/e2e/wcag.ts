import type { Page } from './fixtures';

/** How an element is told of in a failure. */
declare global {
  interface Window {
    wcag: {
      named: (element: Element) => string;
      shown: (element: Element) => boolean;
      isCutAway: (element: Element) => boolean;
      root: () => Element;
    };
  }
}

/** What the checks below share, put into the page at each load. */
export async function prepare(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.wcag = {
      named: (element) => {
        const text = element.getAttribute('aria-label') ?? element.textContent ?? '';
        return `${element.localName}.${element.className} "${text.trim().replaceAll(/\s+/g, ' ').slice(0, 40)}"`;
      },
      shown: (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length > 0,
      /** Only readers get it. */
      isCutAway: (element) => {
        for (let around: Element | null = element; around; around = around.parentElement) if (getComputedStyle(around).clipPath !== 'none') return true;
        return false;
      },
      /** A modal dialog, and else the whole page. */
      root: () => [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body,
    };
  });
}

/** Walks by Tab until the focus is where it was; tells which stops are wholly under something else or out of sight (2.4.11), and how many there were. */
export async function hiddenStops(page: Page, most = 150): Promise<{ stops: number; hidden: string[] }> {
  const hidden = new Set<string>();
  await page.evaluate(() => document.querySelectorAll('[data-stop]').forEach((it) => it.removeAttribute('data-stop')));
  let stops = 0;
  for (; stops < most; stops += 1) {
    await page.keyboard.press('Tab');
    // What scrolls into sight does so within a frame.
    const found = await page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const focused = document.activeElement;
      if (!focused || focused === document.body) return { again: false, hidden: '' };
      if (focused.hasAttribute('data-stop')) return { again: true, hidden: '' };
      focused.setAttribute('data-stop', '');
      // Of a grid the row that is active has the focus; of a box that cannot be seen itself its label is what is seen.
      const active = focused.getAttribute('aria-activedescendant');
      const seen = (active && document.getElementById(active)) || (focused.matches('input') && focused.closest('label')) || focused;
      const box = seen.getBoundingClientRect();
      const parts = [0.02, 0.25, 0.5, 0.75, 0.98];
      const sees = parts.some((x) =>
        parts.some((y) => {
          const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
          return hit !== null && seen.contains(hit);
        }),
      );
      return { again: false, hidden: sees ? '' : `${window.wcag.named(seen)} at ${Math.round(box.left)}, ${Math.round(box.top)}` };
    });
    if (found.again) break;
    if (found.hidden) hidden.add(found.hidden);
  }
  return { stops, hidden: [...hidden] };
}

/** What makes a page of this width scroll sideways as well, or is cut off at its edge (1.4.10). What scrolls in itself, such as a table of data or a request's text, may be wider. */
export async function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const wide = document.documentElement;
    if (wide.scrollWidth > wide.clientWidth) found.push(`the page is ${wide.scrollWidth} wide`);
    for (const element of window.wcag.root().querySelectorAll('*')) {
      if (!window.wcag.shown(element) || element.closest('.visually-hidden, [aria-hidden=true]')) continue;
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '');
      const box = element.getBoundingClientRect();
      if (!(own || element.matches('button, input, a')) || box.width < 2 || window.wcag.isCutAway(element)) continue;
      let scroller = element.parentElement;
      while (scroller && !(['auto', 'scroll'].includes(getComputedStyle(scroller).overflowX) && scroller.scrollWidth > scroller.clientWidth)) scroller = scroller.parentElement;
      if (!scroller && (box.right > wide.clientWidth + 1 || box.left < -1)) found.push(`${window.wcag.named(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)}`);
      else if (scroller && !scroller.matches('.accounts ul, .act-steps ol, pre, .tabs, [role=tablist]')) found.push(`${window.wcag.named(scroller)} scrolls sideways`);
    }
    return [...new Set(found)];
  });
}

/** Pointer targets of less than 24 by 24 px with another one nearer than that (2.5.8). A link within a sentence may be as small as its text. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = [...window.wcag.root().querySelectorAll('button, a[href], input, textarea, select, summary, [role=tab]')].filter(window.wcag.shown);
    const targets = all.map((element) => {
      const label = element.closest('label');
      const target = (label && label.control === element && label) || element;
      return { element, box: target.getBoundingClientRect() };
    });
    const center = (box: DOMRect) => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
    const isSmall = (box: DOMRect) => box.width < 23.99 || box.height < 23.99;
    // What lies under a panel or a bar is no target now.
    const isOnTop = (element: Element, box: DOMRect) => {
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return hit !== null && (element.contains(hit) || hit.contains(element));
    };
    const inSentence = (element: Element) =>
      getComputedStyle(element).display === 'inline' &&
      [...element.parentElement!.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\w/.test(node.textContent!));
    return targets
      .filter(({ element, box }) => isSmall(box) && !inSentence(element) && isOnTop(element, box))
      .filter(({ element, box }) => {
        const { x, y } = center(box);
        return targets.some((other) => {
          if (other.element === element) return false;
          const it = center(other.box);
          if (isSmall(other.box)) return Math.hypot(it.x - x, it.y - y) < 24;
          const dx = Math.max(other.box.left - x, 0, x - other.box.right);
          const dy = Math.max(other.box.top - y, 0, y - other.box.bottom);
          return Math.hypot(dx, dy) < 12;
        });
      })
      .map(({ element, box }) => `${window.wcag.named(element)}: ${box.width.toFixed(1)} × ${box.height.toFixed(1)}`);
  });
}

/** What text loses when it is spaced as a reader may space it (1.4.12): what is cut off, and what another text is drawn over. */
export async function cutText(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    // Texts that are cut to their room are cut anew.
    window.dispatchEvent(new Event('resize'));
    await new Promise((done) => setTimeout(done, 300));
    const found: string[] = [];
    const texts: { element: Element; box: DOMRect }[] = [];
    for (const element of window.wcag.root().querySelectorAll('*')) {
      if (!window.wcag.shown(element) || element.closest('.visually-hidden, [aria-hidden=true]')) continue;
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '');
      if (own.length === 0) continue;
      const range = document.createRange();
      range.selectNodeContents(own[0]!);
      const whole = range.getBoundingClientRect();
      // A text that is shortened is drawn no further than its element.
      const edges = element.getBoundingClientRect();
      const [right, bottom] = [Math.min(whole.right, edges.right), Math.min(whole.bottom, edges.bottom)];
      const box = getComputedStyle(element).overflow === 'hidden' ? new DOMRect(whole.left, whole.top, right - whole.left, bottom - whole.top) : whole;
      if (box.width < 2 || window.wcag.isCutAway(element)) continue;
      texts.push({ element, box });
      for (let around: Element | null = element; around && around !== document.body; around = around.parentElement) {
        const style = getComputedStyle(around);
        // What scrolls is not cut.
        if (['auto', 'scroll'].includes(style.overflowY) || ['auto', 'scroll'].includes(style.overflowX)) break;
        const clips = ['hidden', 'clip'].includes(style.overflowY) || ['hidden', 'clip'].includes(style.overflowX);
        if (!clips || style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') continue;
        const edge = around.getBoundingClientRect();
        if (edge.width < 2) continue;
        if (box.bottom > edge.bottom + 2 || box.right > edge.right + 2) found.push(`${window.wcag.named(element)} is cut by ${around.className}`);
      }
    }
    const shared = (a: DOMRect, b: DOMRect) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6;
    const rows = texts.filter(({ element }) => element.closest('[role=row]'));
    for (const [index, one] of rows.entries()) {
      for (const other of rows.slice(index + 1, index + 14)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        if (one.element.closest('thead') !== other.element.closest('thead')) continue;
        if (shared(one.box, other.box)) found.push(`${window.wcag.named(one.element)} lies over ${window.wcag.named(other.element)}`);
      }
    }
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((it) => it !== sheet);
    window.dispatchEvent(new Event('resize'));
    return [...new Set(found)];
  });
}
