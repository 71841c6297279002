// The one instance of the compiled module, made by the first call.
import * as bindings from "evenkeel-bindings";

/** @type {() => WebAssembly.Module} */
let compile;
let ready = false;
let memories;

/** Says where the compiled module comes from. */
export function provide(source) {
  compile = source;
}

/** Instantiates the module; a second one is left alone. */
export function start(module) {
  if (ready) return;
  const { exports } = new WebAssembly.Instance(module, { "./evenkeel_wasm_bg.js": bindings });
  bindings.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  bindings.seedHashes();
  memories = exports.memory;
  ready = true;
}

/** The bindings with an instance behind them. */
export function up() {
  if (!ready) start(compile());
  return bindings;
}

/** The module's memory as it is now: it moves when it grows. */
export const memory = () => memories.buffer;
