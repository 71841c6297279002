import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer, request as send, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';

import { openEvents } from './console';
import { expect, test } from './fixtures';

const CALL = '/api/v1/accounts/ecs/operations/ListScheduledEvents';

/** A request with headers that no browser would let a page set. */
async function raw(url: string, headers: Record<string, string>): Promise<{ status?: number; code?: string; headers: IncomingHttpHeaders }> {
  const call = send(url + CALL, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
  call.end('{}');
  const [answer] = await once(call, 'response');
  let text = '';
  for await (const piece of answer) text += piece;
  return { status: answer.statusCode, code: JSON.parse(text).code, headers: answer.headers };
}

test('answers a client that is no browser and shows a token', async ({ evenkeel }) => {
  expect(await raw(evenkeel.url, {})).toMatchObject({ status: 401, code: 'login_needed' });
  const answer = await raw(evenkeel.url, { authorization: `Bearer ${evenkeel.token}` });
  expect(answer.status).toBe(200);
  expect(answer.headers['evenkeel-origin']).toBe('provider');
});

test('refuses a rebound name and a foreign origin', async ({ evenkeel }) => {
  expect(await raw(evenkeel.url, { host: 'evil.example' })).toMatchObject({ status: 403, code: 'forbidden_host' });
  expect(await raw(evenkeel.url, { origin: 'https://evil.example' })).toMatchObject({ status: 403, code: 'forbidden_origin' });
  expect(await raw(evenkeel.url, { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403, code: 'forbidden_origin' });
  expect(await raw(evenkeel.url, { authorization: `Bearer ${evenkeel.token}`, 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
});

test.describe('a page of another site', () => {
  test.use({ expectedErrors: /Failed to load resource.*(403|ERR_FAILED|ERR_BLOCKED_BY_RESPONSE)|CORS policy/ });

  test('can neither act nor read', async ({ page, evenkeel, clouds }) => {
    const site = createServer((_, answer) => {
      answer.setHeader('content-type', 'text/html');
      answer.end('<!doctype html><link rel="icon" href="data:,"><title>another site</title>');
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    const address = site.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await page.goto(`http://localhost:${address.port}/`);
    const seen = await page.evaluate(async (url) => {
      const body = JSON.stringify({ EventInfos: [{ EventId: 'e-1', ResourceId: 'i-1', OpsType: 'immediate' }] });
      const path = `${url}/api/v1/accounts/edge/operations/BatchEventRedeployInstance`;
      const results: string[] = [];
      for (const [mode, type] of [['no-cors', 'text/plain'], ['cors', 'application/json']] as const) {
        try {
          const answer = await fetch(path, { method: 'POST', mode, headers: { 'content-type': type }, body });
          results.push(answer.type);
        } catch {
          results.push('refused');
        }
      }
      try {
        results.push(await (await fetch(`${url}/api/v1/accounts`)).text());
      } catch {
        results.push('refused');
      }
      return results;
    }, evenkeel.url);
    expect(seen.slice(1)).toEqual(['refused', 'refused']);
    expect(await clouds.acts()).toEqual([]);
    site.close();
  });
});

test('the page may run only what the server vouches for', async ({ page, evenkeel }) => {
  const answer = await page.goto(evenkeel.url);
  const policy = answer!.headers()['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("'wasm-unsafe-eval'");
  expect(policy).not.toContain("'unsafe-eval'");
  expect(policy).not.toContain('unsafe-inline');
  await expect(page.getByRole('heading', { name: 'Events', level: 1 })).toBeVisible();
});

test('the browser gets the WASM as the build compressed it, to keep', async ({ page }) => {
  const asked = page.waitForResponse(/\.wasm$/);
  await openEvents(page);
  const answer = await asked;
  expect(await answer.headerValue('content-encoding')).toBe('br');
  expect(await answer.headerValue('cache-control')).toContain('immutable');
  const file = join(process.env.EVENKEEL_CONSOLE as string, new URL(answer.url()).pathname);
  const { responseBodySize } = await answer.request().sizes();
  expect(responseBodySize).toBe(statSync(`${file}.br`).size);
});
