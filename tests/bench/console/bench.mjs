// The console beside a page that people build, on the same events, in turns; see docs/benchmarks.md.
//
//   node bench.mjs [--events=100000] [--runs=3] [--write=PAGE]
//
// EVENKEEL_BIN, EVENKEEL_CONSOLE and EVENKEEL_CHROMIUM say what is measured and in what.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';

import react from '@vitejs/plugin-react';
import { chromium } from 'playwright-core';
import { build } from 'vite';

import { measure } from './measure.mjs';
import { table, write } from './report.mjs';
import * as servers from './servers.mjs';

const QUERIES = ['7ef6', 'reboot'];
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };

const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
    write: { type: 'string' },
  },
});
const total = Number(options.events);
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
const ending = [() => rmSync(folder, { recursive: true })];

const words = (event) => Object.values(event.description ?? {});

// What a search looks at in the console, and in the peer.
const searched = {
  console: (event) => {
    const known = event.resource ?? {};
    const own = [event.account, event.id, event.resource_id, event.type.raw, event.type.kind];
    const more = [event.state.raw, event.state.kind, event.level ?? '', event.source ?? '', known.name ?? ''];
    return [...own, ...more, ...words(event), ...Object.values(known.tags ?? {})].join('\n').toLowerCase();
  },
  peer: (event) => [event.type.raw, event.resource_id, event.account, words(event).join('\n')].join('\n').toLowerCase(),
};

function forPeer(event) {
  const begin = event.not_before ?? event.published_at;
  return {
    account: event.account,
    id: event.id,
    resource_id: event.resource_id,
    type: event.type.raw,
    state: event.state.kind,
    not_before: begin,
    not_after: event.not_after ?? begin,
    deadline: event.deadline ?? null,
    description: words(event).join('\n'),
  };
}

async function peer(all) {
  await build({
    root: join(import.meta.dirname, 'peer'),
    plugins: [react()],
    logLevel: 'error',
    build: { outDir: join(folder, 'peer'), target: 'es2022', emptyOutDir: true },
  });
  writeFileSync(join(folder, 'peer/events.json'), JSON.stringify(all.map(forPeer)));
  const files = new Map();
  for (const entry of readdirSync(join(folder, 'peer'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const headers = { 'content-type': TYPES[extname(file)] ?? 'text/plain', 'content-encoding': 'br' };
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: extname(file) === '.json' ? 5 : 11 } };
    files.set(`/${relative(join(folder, 'peer'), file)}`, { headers, body: brotliCompressSync(readFileSync(file), quality) });
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://peer').pathname;
    const found = files.get(path === '/' ? '/index.html' : path);
    if (found) response.writeHead(200, found.headers).end(found.body);
    else response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ending.push(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}

try {
  const clouds = await servers.clouds(total);
  ending.push(clouds.end);
  const proxy = await servers.evenkeel(clouds, folder);
  ending.push(proxy.end);
  const all = await servers.events(proxy, total);
  const pages = [
    { name: 'console', url: `${proxy.url}/events`, cookie: proxy.cookie, texts: all.map(searched.console) },
    { name: 'peer', url: await peer(all), texts: all.map(searched.peer) },
  ];
  const results = { console: [], peer: [] };
  for (let run = 0; run < Number(options.runs); run += 1) {
    for (const page of run % 2 ? [...pages].reverse() : pages) {
      const result = await measure(chromium, process.env.EVENKEEL_CHROMIUM, { ...page, queries: QUERIES });
      console.error(page.name, JSON.stringify(result));
      results[page.name].push(result);
    }
  }
  const text = table(results, total);
  console.log(text);
  if (options.write) write(options.write, text);
  const bad = Object.values(results).flat().filter((result) => result.bad > 0).length;
  if (bad) throw new Error(`${bad} visits showed something other than what was asked for`);
} finally {
  for (const end of ending.reverse()) await end();
}
