// From nothing to the first answer: fresh processes, in turns.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { quartiles, ratio } from "./support/race.mjs";
import { hasEntry } from "./support/package.mjs";
import { millis, shown, table } from "./support/report.mjs";

/** The entries of ours that check, where the package has them. */
const ENTRIES = ["evenkeel", "evenkeel/validate"];
const THEIRS = {
  "ajv standalone": { file: "ajv-standalone", peer: "ajvStandalone" },
  ajv: { file: "ajv", peer: "ajv" },
  zod: { file: "zod", peer: "zod" },
  "zod mini": { file: "zod-mini", peer: "zodMini" },
  valibot: { file: "valibot", peer: "valibot" },
  TypeBox: { file: "typebox", peer: "typebox" },
};

/** What programs import, by name. What is bundled is one minified file. */
function programs(folder) {
  const ours = ENTRIES.filter((entry) => hasEntry(folder, entry)).flatMap((entry) =>
    [true, false].map((bundled) => [
      `\`${entry}\`, ${bundled ? "bundled" : "installed"}`,
      { file: "evenkeel", peer: "ofObjects", entry, bundled },
    ]),
  );
  const theirs = Object.entries(THEIRS).map(([name, how]) => [name, { ...how, bundled: true }]);
  return { ours, theirs };
}

const LAUNCH = `
  const clocks = {
    wall: () => performance.now(),
    cpu: () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000,
  };
  const now = clocks[process.argv[3]];
  const start = now();
  const { default: first } = await import(process.argv[2]);
  const valid = first();
  const took = now() - start;
  if (!valid) throw new Error("refuses a valid draft");
  console.log(took);`;

/** A table: ours beside each of the others. */
export async function cold(folder, esbuild, { rounds, clock }) {
  const place = join(folder, "made/cold");
  mkdirSync(place, { recursive: true });
  const launch = join(place, "launch.mjs");
  writeFileSync(launch, LAUNCH);
  const all = [];
  const { ours, theirs } = programs(folder);
  for (const [name, how] of [...ours, ...theirs]) {
    const file = join(place, `${all.length}.mjs`);
    await build(folder, file, esbuild, how);
    all.push({ name, file, times: [] });
  }
  const start = promisify(execFile);
  // The first round fills the caches of the system.
  for (let round = -1; round < 2 * rounds; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const one = all[(turn + round + 1) % all.length];
      const { stdout } = await start(process.execPath, [launch, one.file, clock]).catch((error) => {
        throw new Error(`${one.name}: ${error.stderr}`);
      });
      if (round >= 0) one.times.push(Number(stdout));
    }
  }
  const rows = all.slice(0, ours.length).map((one) => [
    one.name,
    millis(quartiles(one.times).median),
    ...all.slice(ours.length).map((other) => shown(ratio(one, other))),
  ]);
  return table(["beside, each bundled", "median", ...Object.keys(THEIRS)], rows);
}

/** A module whose default export checks one valid draft. */
async function build(folder, outfile, esbuild, { file, peer, entry, bundled }) {
  await esbuild.build({
    stdin: {
      contents: `
        import { ${peer} as peer } from "./peers/${file}.mjs";
        import { draft } from "./drafts.mjs";
        export default () => peer.valid(peer.check(draft(1, "valid").params));`,
      resolveDir: folder,
    },
    outfile,
    bundle: true,
    minify: bundled,
    alias: entry && entry !== "evenkeel" ? { evenkeel: entry } : {},
    external: bundled ? [] : ENTRIES,
    format: "esm",
    platform: "node",
  });
}
