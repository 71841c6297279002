// For bundlers, browsers, Deno and Bun: the module is a text in this file, so that there is nothing
// to fetch, to copy or to await.
import hex from "evenkeel-module-as-hex";
import { provide } from "./instance.mjs";

provide(() => new WebAssembly.Module(bytes(hex)));

/** Hex, because it compresses 16 % better than base64: its digits keep to the bytes. */
function bytes(text) {
  if (Uint8Array.fromHex) return Uint8Array.fromHex(text);
  // Bun, Deno, and bundles for Node; by this name no bundler brings one of its own.
  const { Buffer } = globalThis;
  if (Buffer) return Buffer.from(text, "hex");
  const bytes = new Uint8Array(text.length / 2);
  for (let from = 0; from < bytes.length; from++) {
    bytes[from] = (digit(text, 2 * from) << 4) | digit(text, 2 * from + 1);
  }
  return bytes;
}

/** `0` is 48 and `a` is 97: the low four bits and, for a letter, nine. */
function digit(text, at) {
  const code = text.charCodeAt(at);
  return (code & 15) + 9 * (code >> 6);
}

export * from "evenkeel-functions";
