// On what and with what was measured.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

const PEERS = ["ajv", "zod", "valibot", "typebox"];

/** One paragraph; versions are those that are installed. */
export function environment(chromium) {
  const require = createRequire(import.meta.url);
  const beside = join(require.resolve("ajv"), "../../..");
  const versions = PEERS.map((name) => {
    const { version } = JSON.parse(readFileSync(join(beside, name, "package.json"), "utf8"));
    return `${name} ${version}`;
  });
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const engines = [`Node ${process.versions.node} (V8 ${process.versions.v8.split("-")[0]})`];
  if (chromium) engines.push(`Chromium ${chromium}`);
  return `${cpus()[0].model}, ${cpus().length} cores, ${memory}, ${process.platform} ${process.arch}; ${engines.join(", ")}; ${versions.join(", ")}.`;
}
