// The one instance of the compiled module, made by the first call.
import * as bindings from "evenkeel-bindings";

/** @type {() => WebAssembly.Module} */
let compile;
let module;
let memories;
/** How many calls into the module are under way: a caller's getter may make one within another. */
let depth = 0;
let broken = false;

/** Says where the compiled module comes from. */
export function provide(source) {
  compile = source;
}

/** Says so where there is no WebAssembly at all, as no call could work. */
export function demand() {
  if (typeof WebAssembly !== "object") {
    throw new Error(
      "evenkeel: this engine runs no WebAssembly; `--jitless`, iOS' Lockdown Mode and some sandboxes turn it off",
    );
  }
}

/** Instantiates the module; a second one is left alone. */
export function start(compiled) {
  if (!module) instantiate(compiled);
}

function instantiate(compiled) {
  const { exports } = new WebAssembly.Instance(compiled, { "./evenkeel_wasm_bg.js": bindings });
  // What the bindings remember of the memory before is let go when that moves.
  memories?.grow(0);
  bindings.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  bindings.seedHashes();
  memories = exports.memory;
  module = compiled;
  broken = false;
}

/** Calls a function of the module by its name. */
export function call(name, ...args) {
  if (!module) {
    demand();
    start(compile());
  } else if (broken && depth === 0) instantiate(module);
  depth++;
  try {
    return bindings[name](...args);
  } catch (error) {
    // Nothing of ours throws. The engine does where its stack ends, in the midst of anything: what is
    // in the module's memory then is not to be trusted.
    broken = true;
    throw error;
  } finally {
    depth--;
  }
}

/** The module's memory as it is now: it moves when it grows. */
export const memory = () => memories.buffer;
