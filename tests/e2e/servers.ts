import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Longer than any test: until `letGo`. */
export const HELD_MS = 600_000;

/** What a fault of the sandbox looks like; the crate's documentation has them all. */
export interface Fault {
  operation: string;
  kind: 'throttle' | 'error' | 'delay' | 'lost_answer' | 'fail_items' | 'reorder_results' | 'trailing_newline';
  [field: string]: unknown;
}

/** The real program, started with a port of its own and stopped with the test. */
class Program {
  private constructor(
    private readonly process: ChildProcess,
    readonly lines: string[],
  ) {}

  static async start(args: string[], env: Record<string, string>, ready: RegExp): Promise<Program> {
    const child = spawn(process.env.EVENKEEL_BIN as string, args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    createInterface({ input: child.stderr! }).on('line', (line) => errors.push(line));
    const lines: string[] = [];
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        lines.push(line);
        if (ready.test(line)) resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`evenkeel ended with ${code}:\n${errors.join('\n')}`)));
    });
    return new Program(child, lines);
  }

  find(pattern: RegExp): string {
    const found = this.lines.map((line) => pattern.exec(line)?.[1]).find((match) => match !== undefined);
    if (found === undefined) throw new Error(`no line matches ${pattern}:\n${this.lines.join('\n')}`);
    return found;
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill(signal);
    await once(this.process, 'exit');
  }
}

/** The clouds, with their controls. */
export class Clouds {
  private constructor(
    private readonly program: Program,
    readonly url: string,
  ) {}

  static async start(options: string[] = []): Promise<Clouds> {
    // A hundred for each of the clouds, of which the console knows some.
    const fleet = options.some((option) => ['--events', '--state'].includes(option)) ? [] : ['--events', '300'];
    const args = ['sandbox', '--listen', '127.0.0.1:0', '--step', '300ms', ...fleet, ...options];
    const program = await Program.start(args, {}, /^EVENKEEL_SANDBOX_ENDPOINT=/);
    return new Clouds(program, program.find(/^EVENKEEL_SANDBOX_ENDPOINT=(.+)$/));
  }

  /** The keys, under the SDKs' own variable names. */
  get keys(): Record<string, string> {
    const pairs = this.program.lines.map((line) => /^([A-Z_]+)=(.+)$/.exec(line));
    return Object.fromEntries(pairs.filter((pair) => pair !== null).map(([, name, value]) => [name, value]));
  }

  private async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async fault(fault: Fault): Promise<void> {
    await this.control('POST', 'faults', fault);
  }

  /** Clears all faults; calls that are held by a `delay` go on. */
  async letGo(): Promise<void> {
    await this.control('DELETE', 'faults');
  }

  /** Other events instead of those that there are, as the sandbox's documentation writes them. */
  async events(events: Record<string, unknown[]>): Promise<void> {
    await this.control('PUT', 'state', { version: 1, events });
  }

  /** How often each event was acted on: orders that arrived, and those carried out. */
  async acts(): Promise<{ event_id: string; received: number; accepted: number }[]> {
    const calls = (await this.control('GET', 'calls')) as { events: { event_id: string; received: number; accepted: number }[] };
    return calls.events;
  }

  /** What was carried out once: the event where an order names one, and else the instance. */
  async accepted(): Promise<string[]> {
    type Acts = { provider: string; event_id?: string; resource_id?: string; accepted: number };
    const calls = (await this.control('GET', 'calls')) as { events: Acts[]; resources: Acts[] };
    const once = [...calls.events, ...calls.resources].filter((acts) => acts.accepted === 1);
    return once.map((acts) => `${acts.provider} ${acts.event_id ?? acts.resource_id}`).sort();
  }

  /** How often each operation of each cloud was called. */
  async operations(): Promise<Record<string, Record<string, number>>> {
    const calls = (await this.control('GET', 'calls')) as { providers: Record<string, Record<string, number>> };
    return calls.providers;
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}

function inventoryOf(folder: string): string {
  return join(folder, 'inventory.csv');
}

/** As whoever cares for a file that is watched: the new one takes the old one's place whole. */
function writeInventory(folder: string, text: string): void {
  const path = inventoryOf(folder);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

const READY = /^The login code is in /;
const CODE_LINE = /^The login code is in (.+)$/;
const URL_LINE = /^Evenkeel is at (.+)$/;

/** The proxy with the console, on accounts of the given clouds. */
export class Evenkeel {
  private constructor(
    private program: Program,
    private readonly env: Record<string, string>,
    private readonly args: string[],
    private readonly folder: string,
    readonly url: string,
    /** What a tool shows in place of a login. */
    readonly token: string,
  ) {}

  static async start(clouds: Clouds, more = '', inventory?: string, server = ''): Promise<Evenkeel> {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-e2e-'));
    const config = join(folder, 'evenkeel.toml');
    if (inventory !== undefined) writeInventory(folder, inventory);
    const labels = inventory === undefined ? '' : `[labels]\ninventory = "${inventoryOf(folder)}"\ngroup_by = "service"\n\n`;
    writeFileSync(
      config,
      `${labels}[server]
${server}

[collector]
poll = "5s"
calls_per_second = 200

[[accounts]]
id = "edge"
provider = "ens"
region = "cn-hangzhou"
endpoint = "${clouds.url}"

[[accounts]]
id = "ecs"
provider = "huawei-ecs"
region = "cn-north-4"
project_id = "${clouds.keys.HUAWEICLOUD_SDK_PROJECT_ID}"
endpoint = "${clouds.url}"
${more}`,
    );
    const store = ['--config', config, '--store', `sqlite:${join(folder, 'evenkeel.db')}`];
    const args = ['serve', ...store];
    args.push('--console', process.env.EVENKEEL_CONSOLE as string);
    const program = await Program.start([...args, '--listen', '127.0.0.1:0'], clouds.keys, READY);
    const evenkeel = new Evenkeel(program, clouds.keys, args, folder, program.find(URL_LINE), '');
    // While the proxy has the store: as whoever is at its machine.
    return Object.assign(evenkeel, { token: evenkeel.command('tokens', 'add', 'tests', '--role', 'admin') });
  }

  /** What a command beside the proxy says, of the store that the proxy has. */
  command(...words: string[]): string {
    return this.run(words, '');
  }

  /** Makes a user who logs in by a name and a password. */
  addUser(name: string, role: string, password: string): void {
    this.run(['users', 'add', name, '--role', role, '--password-stdin'], password);
  }

  private run(words: string[], input: string): string {
    const store = this.args.slice(1, 5);
    return execFileSync(process.env.EVENKEEL_BIN as string, [...words, ...store], { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] }).trim();
  }

  /** The code that the proxy showed when it started. */
  get code(): string {
    return readFileSync(this.program.find(CODE_LINE), 'utf8').trim();
  }

  /** A session's cookie, as a browser gets it for a new code. */
  async cookie(): Promise<{ name: string; value: string }> {
    const body = JSON.stringify({ code: this.command('login') });
    const headers = { 'content-type': 'application/json', origin: this.url };
    const answer = await fetch(`${this.url}/api/v1/login`, { method: 'POST', headers, body });
    if (answer.status !== 204) throw new Error(`no login: ${answer.status} ${await answer.text()}`);
    const [name, value] = (answer.headers.get('set-cookie') as string).split(';')[0]!.split('=');
    return { name: name!, value: value! };
  }

  /** Another inventory in the place of the one that it was started with. */
  writeInventory(text: string): void {
    writeInventory(this.folder, text);
  }

  /** Ends as a power cut ends it: nothing is written any more. */
  kill(): Promise<void> {
    return this.program.kill();
  }

  /** Starts again at the same address, with the same store. */
  async restart(): Promise<void> {
    this.program = await Program.start([...this.args, '--listen', new URL(this.url).host], this.env, READY);
  }

  async stop(): Promise<void> {
    await this.program.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nothing listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
