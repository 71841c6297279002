// Two packed versions of the npm package beside each other in one process:
// `node --expose-gc tests/bench/npm/before.mjs BEFORE.tgz AFTER.tgz [--rounds=9] [--cpu-time]`.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { NOW, OPERATION, draft } from "./drafts.mjs";
import { OPERATION as LIST, listed } from "./listed.mjs";
import { quartiles, race, ratio } from "./support/race.mjs";
import { millis, shown, table } from "./support/report.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "9" }, "cpu-time": { type: "boolean", default: false } },
});
if (positionals.length !== 2) throw new Error("give two tarballs: the one before, and the one after");

const folder = mkdtempSync(join(tmpdir(), "evenkeel-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

/** Imports a packed package as a project does that has it installed. */
async function installed(tarball, name) {
  const place = join(folder, name);
  const modules = join(place, "node_modules");
  mkdirSync(modules, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", modules]);
  renameSync(join(modules, "package"), join(modules, "evenkeel"));
  const entry = join(place, "entry.mjs");
  writeFileSync(entry, 'export { parseResponse, validate, validateJson } from "evenkeel";\n');
  return import(pathToFileURL(entry));
}

const before = await installed(positionals[0], "before");
const after = await installed(positionals[1], "after");

/** Keeps what is computed from being optimised away. */
let seen = 0;
const read = ({ issues }) => {
  for (const { path, code } of issues) seen += path.length + code.length;
};

function* cases() {
  const options = { now: NOW };
  for (const items of [100, 10_000]) {
    for (const form of ["plain", "non-ASCII"]) {
      for (const state of ["valid", "1 % bad", "all bad"]) {
        const { params } = draft(items, state, form);
        const bytes = new TextEncoder().encode(JSON.stringify(params));
        const label = `${items.toLocaleString("en")}, ${form}, ${state}`;
        yield [`validateJson, ${label}`, ({ validateJson }) => read(validateJson(OPERATION, bytes, options))];
        yield [`validate, ${label}`, ({ validate }) => read(validate(OPERATION, params, options))];
      }
    }
  }
  const body = listed(10_000);
  yield ["parseResponse, 10,000 events", ({ parseResponse }) => {
    for (const { id } of parseResponse(LIST, {}, { status: 200, body }).value.events) seen += id.length;
  }];
}

const rows = [];
for (const [label, run] of cases()) {
  const contestants = [
    { name: "after", run: () => run(after) },
    { name: "before", run: () => run(before) },
  ];
  const [one, other] = await race(contestants, {
    rounds: Number(flags.rounds),
    clock: flags["cpu-time"] ? "cpu" : "wall",
  });
  rows.push([label, millis(quartiles(one.times).median), shown(ratio(one, other))]);
}
console.log(table(["", "after, median", "after beside before"], rows));
