// What makes texts of bytes and bytes of texts. jsdom, as Jest runs it, hides the engine's own: there, Node
// is asked for them, without an import that a bundler or a browser would stumble over.
const own = typeof globalThis.TextDecoder === "function" && typeof globalThis.TextEncoder === "function";

export const { TextDecoder, TextEncoder } = own
  ? globalThis
  : (globalThis.process?.getBuiltinModule?.("node:util") ?? nowhere());

function nowhere() {
  throw new Error("evenkeel: this engine has no TextDecoder and no TextEncoder; a polyfill has to come before");
}
