// The clouds and the proxy that are measured, as programs of their own: the clouds' clock stands still, so that the
// events that a page shows are the ones that were counted before.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** So long nothing changes once the names are read: the calls of a look-up follow each other sooner. */
const QUIET_MS = 10_000;

/** Starts the program and reads what it says up to a line; gives the lines, and a way to end it. */
async function start(args, env, last) {
  const program = spawn(process.env.EVENKEEL_BIN, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { EVENKEEL_LOG_LEVEL: 'warn', ...process.env, ...env },
  });
  const end = async () => {
    program.kill();
    if (program.exitCode === null) await once(program, 'exit');
  };
  const lines = [];
  for await (const line of createInterface({ input: program.stdout })) {
    lines.push(line);
    if (last.test(line)) return { lines, end };
  }
  throw new Error(`evenkeel ${args[0]} did not start`);
}

/** Clouds with so many events. */
export async function clouds(events) {
  const args = ['sandbox', '--listen', '127.0.0.1:0', '--events', String(events), '--clock', 'virtual'];
  const { lines, end } = await start(args, {}, /Ctrl-C/);
  const pairs = lines.map((line) => /^([A-Z_]+)=(.+)$/.exec(line)).filter((pair) => pair !== null);
  const { EVENKEEL_SANDBOX_ENDPOINT: url, ...keys } = Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
  return { url, keys, end };
}

/** A proxy of them, with its store in a folder; it reads them once. */
export async function evenkeel({ url, keys }, folder) {
  const account = (id, provider, region, more = '') =>
    `[[accounts]]\nid = "${id}"\nprovider = "${provider}"\nregion = "${region}"\nendpoint = "${url}"\n${more}\n`;
  const config = join(folder, 'evenkeel.toml');
  const accounts = [
    account('edge', 'ens', 'cn-hangzhou'),
    account('ecs', 'huawei-ecs', 'cn-north-4', `project_id = "${keys.HUAWEICLOUD_SDK_PROJECT_ID}"\n`),
    account('ali', 'alibaba-ecs', 'cn-hangzhou'),
  ];
  writeFileSync(config, `[collector]\npoll = "1d"\ncalls_per_second = 1000\n\n${accounts.join('\n')}`);
  const args = ['serve', '--listen', '127.0.0.1:0', '--config', config, '--console', process.env.EVENKEEL_CONSOLE];
  args.push('--store', `sqlite:${join(folder, 'evenkeel.db')}`);
  const { lines, end } = await start(args, keys, /^The login code is in /);
  const said = (what) => lines.map((line) => what.exec(line)?.[1]).find((found) => found !== undefined);
  const base = said(/^Evenkeel is at (.+)$/);
  const code = readFileSync(said(/^The login code is in (.+)$/), 'utf8');
  return { url: base, cookie: await logIn(base, code), end };
}

/** The cookie of a session, as a browser's context takes it. */
async function logIn(base, code) {
  const headers = { 'content-type': 'application/json', origin: base };
  const answer = await fetch(`${base}/api/v1/login`, { method: 'POST', headers, body: JSON.stringify({ code }) });
  const [name, value] = answer.headers.get('set-cookie').split(';')[0].split('=');
  return { name, value, url: base };
}

/** All events as `GET events` has them, once they and their names are read, and nothing changes any more. */
export async function events({ url: base, cookie }, total) {
  const headers = { cookie: `${cookie.name}=${cookie.value}` };
  const page = async (query) => (await fetch(`${base}/api/v1/events?limit=1000${query}`, { headers })).json();
  for (let [position, since] = [-1, 0]; ; await pause(1000)) {
    const answer = await page('');
    if (answer.total < total || answer.position !== position) [position, since] = [answer.position, Date.now()];
    else if (Date.now() - since >= QUIET_MS) break;
  }
  const all = [];
  for (let next = ''; next !== undefined; ) {
    const answer = await page(next && `&cursor=${encodeURIComponent(next)}`);
    all.push(...answer.events);
    next = answer.next;
  }
  return all;
}
