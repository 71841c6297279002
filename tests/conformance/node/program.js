'use strict';
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { createInterface } = require('node:readline');

const bin = process.env.EVENKEEL_BIN;
if (!bin) {
  throw new Error('EVENKEEL_BIN is not set: `cargo xtask test --only conformance` sets it');
}

/** The clouds, started on a port of their own, with their controls. */
class Sandbox {
  static async start(...options) {
    const args = ['sandbox', '--listen', '127.0.0.1:0', ...options];
    const child = spawn(bin, args, { env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
    const errors = [];
    createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
    const keys = {};
    await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const pair = /^([A-Z_]+)=(.*)$/.exec(line);
        if (pair) keys[pair[1]] = pair[2];
        // The last line of its greeting, so that every key is there.
        if (line.startsWith('# Ctrl-C')) resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`evenkeel ended with ${code}:\n${errors.join('\n')}`)));
    });
    return new Sandbox(child, keys);
  }

  constructor(child, keys) {
    this.child = child;
    this.keys = keys;
    this.endpoint = keys.EVENKEEL_SANDBOX_ENDPOINT;
    this.called = {};
  }

  /** Calls `/_sandbox/…`, which nobody signs. */
  async control(method, path, body) {
    const answer = await fetch(`${this.endpoint}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** A fresh fleet and no faults; what was called before is added up. */
  async reset() {
    await this.count();
    await this.control('POST', 'reset');
  }

  async count() {
    const { operations } = await this.control('GET', 'calls');
    for (const [name, count] of Object.entries(operations)) {
      this.called[name] = (this.called[name] ?? 0) + count;
    }
  }

  async stop(refusals = 0) {
    await this.count();
    const counts = Object.entries(this.called).sort();
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const each = counts.map(([name, count]) => `${name} ${count}`).join(', ');
    console.log(`SDK calls that the sandbox took: ${total} (${each}); refusals checked: ${refusals}`);
    this.child.removeAllListeners('exit');
    this.child.kill('SIGTERM');
    if (this.child.exitCode === null) await once(this.child, 'exit');
  }
}

module.exports = { Sandbox };
