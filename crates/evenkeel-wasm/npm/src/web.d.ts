export * from "./index.js";

/** Where the module comes from: an address, an answer, its bytes, or compiled already. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Fetches and compiles the module; every other function throws until it is done. Without a source
 * it is `evenkeel.wasm` beside this file, which bundlers that know `new URL(…, import.meta.url)` copy.
 */
export declare function init(source?: ModuleSource | PromiseLike<ModuleSource>): Promise<void>;
