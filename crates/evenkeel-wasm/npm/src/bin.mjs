#!/usr/bin/env node
// The command `evenkeel`: the same Rust as in the program of that name, with Node's files.
import { closeSync, fstatSync, lstatSync, openSync, readFileSync, readSync, readdirSync, statSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import * as bindings from "evenkeel-command-bindings";

/** Reads it whole, unless it is larger than `most`: then no more of it than that. */
function read(path, most) {
  const file = path === undefined ? 0 : openSync(path, "r");
  try {
    if (fstatSync(file).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    const parts = [];
    let length = 0;
    for (;;) {
      const part = Buffer.allocUnsafe(1 << 16);
      const read = again(() => readSync(file, part));
      if (read === 0) return Buffer.concat(parts, length);
      length += read;
      if (length > most) throw Object.assign(new Error(), { code: "EFBIG" });
      parts.push(part.subarray(0, read));
    }
  } catch (error) {
    // A stdin that is closed, on Windows, is an empty one.
    if (path === undefined && error.code === "EOF") return Buffer.alloc(0);
    throw error;
  } finally {
    if (path !== undefined) closeSync(file);
  }
}

/** A pipe that is not ready yet is asked again. */
function again(call) {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

const host = {
  isWindows: process.platform === "win32",
  stdinIsTerminal: isatty(0),
  read,
  exists: (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  list: (folder) =>
    readdirSync(folder, { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `${entry.name}/` : entry.name,
    ),
  write(descriptor, bytes) {
    for (let from = 0; from < bytes.length; ) {
      from += again(() => writeSync(descriptor, bytes, from));
    }
  },
};

/** The compiled command, or the reason why there is none. */
function compiled() {
  if (typeof WebAssembly !== "object") {
    throw new Error("this Node runs no WebAssembly; `--jitless` turns it off");
  }
  const file = fileURLToPath(new URL("./command.wasm", import.meta.url));
  try {
    return new WebAssembly.Module(readFileSync(file));
  } catch (cause) {
    throw new Error(`\`${file}\`, which belongs beside the command, cannot be read: ${cause.message}`, { cause });
  }
}

function start() {
  const module = compiled();
  const { exports } = new WebAssembly.Instance(module, { "./evenkeel_check_bg.js": bindings });
  bindings.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
}

try {
  start();
  process.exitCode = bindings.command(["evenkeel", ...process.argv.slice(2)], host);
} catch (error) {
  // What the command itself has to say, it says; this is an installation that cannot run it, or a bug.
  console.error(`evenkeel: ${error.message}`);
  process.exitCode = 2;
}
