// For Node, as CommonJS: `import` gets the same instance through `node.mjs` of the package. What becomes
// of it without the files beside it is in `build.mjs`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { provide } from "./instance.mjs";

provide(() => new WebAssembly.Module(readFileSync(join(__dirname, MODULE))));

export * from "evenkeel-functions";
