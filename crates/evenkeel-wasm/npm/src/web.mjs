// For pages that fetch the module themselves, compiled while it arrives.
import { demand, provide, start } from "./instance.mjs";

provide(() => {
  throw new Error("evenkeel/web: await init() before the first call");
});

let pending;

/** Fetches and compiles the module, once; after a failure it may be called again. */
export function init(source) {
  pending ??= compiled(source).then(start).catch((error) => {
    pending = undefined;
    throw error;
  });
  return pending;
}

async function compiled(source = new URL("./evenkeel.wasm", import.meta.url)) {
  demand();
  source = await source;
  if (source instanceof WebAssembly.Module) return source;
  if (ArrayBuffer.isView(source) || source instanceof ArrayBuffer) return WebAssembly.compile(source);
  const response = source instanceof Response ? source : await fetch(source);
  if (!response.ok) {
    throw new Error(`evenkeel/web: ${response.url || source} answered ${response.status}`);
  }
  // A server that does not know `application/wasm` must not stop a page.
  const type = response.headers.get("content-type")?.split(";")[0].trim();
  return type === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

export * from "evenkeel-functions";
