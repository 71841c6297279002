// From nothing to the first answer: fresh processes, in turns.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { quartiles, ratio } from "./support/race.mjs";
import { millis, shown, table } from "./support/report.mjs";

/** How a program imports each; what is `bundled` is one minified file. */
const OURS = { "evenkeel, bundled": ["evenkeel", "ofObjects", true], "evenkeel, installed": ["evenkeel", "ofObjects", false] };
const THEIRS = {
  "ajv standalone": ["ajv-standalone", "ajvStandalone", true],
  ajv: ["ajv", "ajv", true],
  zod: ["zod", "zod", true],
  "zod mini": ["zod-mini", "zodMini", true],
  valibot: ["valibot", "valibot", true],
  TypeBox: ["typebox", "typebox", true],
};

const LAUNCH = `
  const start = performance.now();
  const { default: first } = await import(process.argv[2]);
  const valid = first();
  const took = performance.now() - start;
  if (!valid) throw new Error("refuses a valid draft");
  console.log(took);`;

/** A table: ours beside each of the others. */
export async function cold(folder, esbuild, { rounds }) {
  const place = join(folder, "made/cold");
  mkdirSync(place, { recursive: true });
  const launch = join(place, "launch.mjs");
  writeFileSync(launch, LAUNCH);
  const all = [];
  for (const [name, how] of Object.entries({ ...OURS, ...THEIRS })) {
    all.push({ name, file: await program(folder, place, esbuild, ...how), times: [] });
  }
  const start = promisify(execFile);
  // The first round fills the caches of the system.
  for (let round = -1; round < 2 * rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const one = all[(turn + round + 1) % all.length];
      const { stdout } = await start(process.execPath, [launch, one.file]).catch((error) => {
        throw new Error(`${one.name}: ${error.stderr}`);
      });
      if (round >= 0) one.times.push(Number(stdout));
    }
  }
  const count = Object.keys(OURS).length;
  const rows = all.slice(0, count).map((ours) => [
    ours.name,
    millis(quartiles(ours.times).median),
    ...all.slice(count).map((other) => shown(ratio(ours, other))),
  ]);
  return table(["beside, each bundled", "median", ...Object.keys(THEIRS)], rows);
}

/** A module whose default export checks one valid draft. */
async function program(folder, place, esbuild, file, name, bundled) {
  const path = join(place, `${file}${bundled ? "" : "-installed"}.mjs`);
  await esbuild.build({
    stdin: {
      contents: `
        import { ${name} as peer } from "./peers/${file}.mjs";
        import { draft } from "./drafts.mjs";
        export default () => peer.valid(peer.check(draft(1, "valid").params));`,
      resolveDir: folder,
    },
    outfile: path,
    bundle: true,
    minify: bundled,
    external: bundled ? [] : ["evenkeel"],
    format: "esm",
    platform: "node",
  });
  return path;
}
