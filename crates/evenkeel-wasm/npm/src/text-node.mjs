// For Node, wherever it is: jsdom, as Jest runs it, hides the engine's own.
export { TextDecoder, TextEncoder } from "node:util";
