// What the package that is measured says of itself.
import { readFileSync } from "node:fs";
import { posix, join } from "node:path";

/** What a script can import from it, such as `evenkeel/web`. */
export function entries(folder) {
  const manifest = join(folder, "node_modules/evenkeel/package.json");
  const { exports } = JSON.parse(readFileSync(manifest, "utf8"));
  const scripts = Object.keys(exports).filter((entry) => !/\.(json|wasm)$/.test(entry));
  return scripts.map((entry) => posix.join("evenkeel", entry));
}

export const hasEntry = (folder, entry) => entries(folder).includes(entry);
