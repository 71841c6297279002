import { createRequire } from 'node:module';

import { openEvents, rows } from './console';
import { expect, test } from './fixtures';

/** The Big List of Naughty Strings, from its package. */
const STRINGS = (createRequire(import.meta.url)('big-list-of-naughty-strings/blns.json') as string[]).filter((text) => text !== '');
/** All of them, in as few texts of at most so many characters as they fit into. */
const together = (most: number): string[] =>
  STRINGS.reduce<string[]>((all, text) => {
    const last = all.pop() ?? '';
    const both = last === '' ? text : `${last} | ${text}`;
    return [...both].length <= most ? [...all, both] : [...all, last, text];
  }, []);
/** As whoever compares texts that went through a table does. */
const flat = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/** What a text that is run as a program would say. */
let said: string[] = [];

test.beforeEach(({ page }) => {
  said = [];
  page.on('dialog', (dialog) => {
    said.push(dialog.message());
    void dialog.dismiss();
  });
});

test.afterEach(() => {
  expect(said, 'nothing was run').toEqual([]);
});

test.describe('names of machines', () => {
  test.use({ inventory: 'resource_id,name\n', cloudOptions: ['--events', '900'] });

  test('are text to the screen and back, whatever stands in them', async ({ page, request, evenkeel }) => {
    test.slow();
    type Told = { events: { resource_id: string; resource?: { name?: string; tags?: { key: string; value: string }[] } }[]; next?: string };
    const headers = { authorization: `Bearer ${evenkeel.token}` };
    const events = async (query: string): Promise<Told['events']> => {
      const answer = await request.get(`/api/v1/events?limit=1000&gone=include&${query}`, { headers });
      expect(answer.status(), query).toBe(200);
      return ((await answer.json()) as Told).events;
    };
    await openEvents(page);
    await expect.poll(async () => new Set((await events('')).map((event) => event.resource_id.trim())).size).toBeGreaterThan(STRINGS.length);
    const ids = [...new Set((await events('')).map((event) => event.resource_id.trim()))];
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const lines = STRINGS.map((text, n) => `${quoted(ids[n]!)},${quoted(text)}`);
    evenkeel.writeInventory(`resource_id,name\n${lines.join('\n')}\n`);
    type Accounts = { inventory: { resources: number; problem_count: number } };
    const inventory = async (): Promise<Accounts['inventory']> => ((await (await request.get('/api/v1/accounts', { headers })).json()) as Accounts).inventory;
    await expect.poll(async () => { const told = await inventory(); return told.resources + told.problem_count; }, { timeout: 20_000 }).toBeGreaterThanOrEqual(STRINGS.length);

    // What is refused is told, and is nothing that anybody calls a machine; everything else comes back as it was.
    const names = new Map((await events('')).map((event) => [event.resource_id.trim(), event.resource?.name]));
    const used = STRINGS.map((text, n) => ({ text, id: ids[n]!, name: names.get(ids[n]!) }));
    const isTaken = ({ text, name }: (typeof used)[number]): boolean => name !== undefined && flat(name) === flat(text);
    const taken = used.filter(isTaken);
    // A row with a control character is refused, and a cell that is blank says nothing.
    for (const { text } of used.filter((it) => !isTaken(it))) expect(flat(text) === '' || /\p{Cc}/u.test(text), JSON.stringify(text)).toBe(true);
    expect(taken.length).toBeGreaterThan(400);
    for (const { text, id } of taken) {
      const words = [...text].slice(0, 60).join('').split(/\s+/u).slice(0, 10).join(' ');
      const found = await events(`q=${encodeURIComponent(words)}`);
      expect(found.map((event) => event.resource_id.trim()), JSON.stringify(text)).toContain(id);
    }

    // On the screen they are what they are, and nothing of them is run.
    const search = page.getByRole('searchbox', { name: 'Search events' });
    for (const { text, id } of taken.filter((_, n) => n % 8 === 0)) {
      await search.fill(text);
      const row = rows(page).filter({ hasText: id.slice(0, 8) }).first();
      await expect(row, JSON.stringify(text)).toBeVisible();
      // A long one is cut, and what cannot be seen is written out.
      if (/^[\x20-\x7e]+$/.test(text)) expect(flat(await row.innerText())).toContain(flat(text).slice(0, 12).trim());
    }
  });
});

test.describe('reasons of people', () => {
  test.use({ moreAccounts: '\n[approval]\n[[approval.rules]]\nname = "everything"\n' });

  test('are kept as they are said, and shown as text', async ({ page, request, evenkeel }) => {
    test.slow();
    const headers = { authorization: `Bearer ${evenkeel.token}` };
    await openEvents(page);
    const list = await request.get('/api/v1/events?account=ecs&state=inquiring&limit=100', { headers });
    const { events } = (await list.json()) as { events: { id: string; resource_id: string }[] };
    const [event] = events;
    for (const [n, text] of together(1000).entries()) {
      const reason = text.trim();
      const ordered = await request.post('/api/v1/batches', {
        headers: { ...headers, 'idempotency-key': `naughty-${n}` },
        data: { account: 'ecs', action: 'accept', items: [{ event_id: event!.id, resource_id: event!.resource_id.trim(), when: 'now' }] },
      });
      expect(ordered.status(), await ordered.text()).toBe(201);
      const { id } = (await ordered.json()) as { id: string };
      const refused = await page.request.post(`/api/v1/batches/${id}/reject`, { headers: { origin: evenkeel.url }, data: { reason } });
      expect(refused.status(), `${JSON.stringify(reason)} ${await refused.text()}`).toBe(200);
      const batch = (await (await request.get(`/api/v1/batches/${id}`, { headers })).json()) as { approval: { reason: string } };
      expect(batch.approval.reason).toBe(reason);
      if (/<|script/.test(reason)) {
        await page.goto(`/batches/${id}`);
        await expect(page.getByText(/refused it: /)).toBeVisible();
      }
      // The audit has it, too, and is searched by it.
      const words = reason.split(/\s+/u).filter((word) => /^[\x21-\x7e]{3,60}$/.test(word)).slice(0, 3).join(' ');
      const found = await request.get(`/api/v1/audit?kind=batch.approval_refused&q=${encodeURIComponent(`${id} ${words}`)}`, { headers });
      expect(((await found.json()) as { records: unknown[] }).records, words).toHaveLength(1);
    }
  });
});
