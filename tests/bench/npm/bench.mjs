// The npm package beside what people take instead, as `cargo xtask bench npm` starts it in a folder
// that has the packed package installed.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { cold } from "./cold.mjs";
import { inChromium } from "./chromium.mjs";
import { makeStandalone } from "./peers/standalone.mjs";
import { sizes } from "./sizes.mjs";
import { millis, replace, shown, table } from "./support/report.mjs";
import { environment } from "./support/environment.mjs";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    items: { type: "string" },
    rounds: { type: "string", default: "9" },
    "node-only": { type: "boolean", default: false },
    "cpu-time": { type: "boolean", default: false },
    "verdicts-only": { type: "boolean", default: false },
    write: { type: "string" },
  },
});
const folder = fileURLToPath(new URL(".", import.meta.url));
const esbuild = createRequire(join(process.env.EVENKEEL_TOOLS, "package.json"))("esbuild");
await makeStandalone(folder, esbuild);
// It needs what has just been made.
const parts = await import("./parts.mjs");

const options = {
  items: flags.items && Number(flags.items),
  rounds: Number(flags.rounds),
  clock: flags["cpu-time"] ? "cpu" : "wall",
};
const wanted = (part) => !flags.only || flags.only.includes(part);
const sections = [];

function section(title, text) {
  console.log(`\n${title}\n\n${text}`);
  sections.push(`### ${title}\n\n${text}`);
}

/** The tables of the parts that any engine runs. */
async function inEngine(engine, { labels, measure }, options) {
  for (const [part, { title, beside, against }] of Object.entries(parts.PARTS)) {
    if (!wanted(part)) continue;
    const rows = [];
    for (const label of await labels(part, options)) {
      const { ms, ratios } = await measure(part, label, options);
      rows.push([label, millis(ms), ...ratios.map(shown)]);
      process.stderr.write(`${engine}, ${part}: ${label}: ${millis(ms)}\n`);
    }
    section(`${title}, ${engine}`, table([beside, "median", ...against], rows));
  }
}

if (flags["verdicts-only"]) {
  let count = 0;
  for (const part of Object.keys(parts.PARTS)) {
    for (const label of parts.labels(part, options)) count += parts.prepare(part, label, options).length;
  }
  console.log(`${count} verdicts agree.`);
  process.exit();
}
const clock = flags["cpu-time"] ? ", CPU time" : "";
await inEngine(`Node${clock}`, parts, options);
let chromium;
if (!flags["node-only"] && Object.keys(parts.PARTS).some(wanted)) {
  await inChromium(folder, esbuild, (page) => {
    chromium = page.version;
    // A page has the wall's clock alone.
    return inEngine("Chromium", page, { ...options, clock: "wall" });
  });
}
if (wanted("cold")) section(`Import and first check in a fresh process, Node${clock}`, await cold(folder, esbuild, options));
if (wanted("sizes")) section("Sizes", await sizes(folder, esbuild));
if (flags.write) {
  replace(flags.write, "npm", [environment(chromium), ...sections].join("\n\n"));
  console.log(`\nWritten: ${flags.write}`);
}
