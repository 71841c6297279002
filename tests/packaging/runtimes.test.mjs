// Bun, Deno, and Cloudflare's workerd.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";

import { build } from "esbuild";

import { checksExpected, expected } from "./support/example.mjs";
import { folder, installed, program, run, scratch } from "./support/place.mjs";

const main = `
  import * as evenkeel from "evenkeel";
  import { example } from "../support/example.mjs";
  console.log(JSON.stringify(example(evenkeel)));`;

test("Bun and Deno run the checks alone", async (t) => {
  const place = await folder(t, {
    "main.mjs": `
      import * as checks from "evenkeel/validate";
      import { checksExample } from "../support/example.mjs";
      console.log(JSON.stringify(checksExample(checks)));`,
  });
  const said = await run(program("@oven", "bun"), ["main.mjs"], { cwd: place });
  assert.deepEqual(JSON.parse(said), checksExpected);
  const args = ["run", "--no-prompt", "--node-modules-dir=manual", "main.mjs"];
  const env = { ...process.env, DENO_DIR: join(place, "deno"), DENO_NO_UPDATE_CHECK: "1" };
  assert.deepEqual(JSON.parse(await run(program("@deno", "deno"), args, { cwd: place, env })), checksExpected);
});

test("Bun runs it, by import and by require", async (t) => {
  const bun = program("@oven", "bun");
  const place = await folder(t, {
    "main.mjs": main,
    "main.cjs": `
      const evenkeel = require("evenkeel");
      const { example } = require("../support/example.mjs");
      console.log(JSON.stringify(example(evenkeel)));`,
  });
  for (const file of ["main.mjs", "main.cjs"]) {
    assert.deepEqual(JSON.parse(await run(bun, [file], { cwd: place })), expected, file);
  }
});

for (const format of ["esm", "cjs"]) {
  test(`Bun bundles it for Node, by import and by require, and it runs wherever it is copied (${format})`, async (t) => {
    const place = await folder(t, {
      "main.mjs": main.replace("../support", "./support"),
      "main.cjs": `
        const evenkeel = require("evenkeel");
        const { example } = require("./support/example.mjs");
        console.log(JSON.stringify(example(evenkeel)));`,
    });
    await cp(installed, join(place, "node_modules/evenkeel"), { recursive: true });
    await cp(join(scratch, "support"), join(place, "support"), { recursive: true });
    const end = format === "esm" ? "mjs" : "cjs";
    for (const file of ["main.mjs", "main.cjs"]) {
      const args = ["build", file, "--target=node", `--format=${format}`, `--outfile=out/${file}.${end}`];
      await run(program("@oven", "bun"), args, { cwd: place });
    }
    // The bundle may know where the package was.
    const copied = await mkdtemp(join(tmpdir(), "evenkeel-bun-"));
    t.after(() => rm(copied, { recursive: true, force: true }));
    await cp(join(place, "out"), copied, { recursive: true });
    await rm(place, { recursive: true });
    for (const file of ["main.mjs", "main.cjs"]) {
      const said = await run(process.execPath, [`${file}.${end}`], { cwd: copied });
      assert.deepEqual(JSON.parse(said), expected, file);
    }
  });
}

test("Deno runs it, and it asks for no permission", async (t) => {
  const place = await folder(t, { "main.mjs": main });
  const args = ["run", "--no-prompt", "--node-modules-dir=manual", "main.mjs"];
  const env = { ...process.env, DENO_DIR: join(place, "deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const said = await run(program("@deno", "deno"), args, { cwd: place, env });
  assert.deepEqual(JSON.parse(said), expected);
});

test("workerd runs it, bundled as Wrangler bundles", async (t) => {
  const place = await folder(t, {
    "worker.mjs": `
      import * as evenkeel from "evenkeel";
      import * as checks from "evenkeel/validate";
      import { checksExample, example } from "../support/example.mjs";
      export default { fetch: () => Response.json([example(evenkeel), checksExample(checks)]) };`,
  });
  // Wrangler leaves a `.wasm` out of the bundle, under a name with a hash, as a module of its own.
  const copied = [];
  const wrangler = {
    name: "wasm",
    setup: ({ onResolve }) =>
      onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir }) => {
        const file = join(resolveDir, path);
        const hash = createHash("sha1").update(await readFile(file)).digest("hex");
        const name = `${hash}-${basename(file)}`;
        copied.push(name);
        await copyFile(file, join(place, name));
        return { path: `./${name}`, external: true };
      }),
  };
  await build({
    entryPoints: [join(place, "worker.mjs")],
    outfile: join(place, "bundle.mjs"),
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    plugins: [wrangler],
  });
  assert.equal(copied.length, 2);
  await writeFile(
    join(place, "config.capnp"),
    `
      using Workerd = import "/workerd/workerd.capnp";
      const config :Workerd.Config = (
        services = [(name = "main", worker = .worker)],
        sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
      );
      const worker :Workerd.Worker = (
        modules = [
          (name = "bundle.mjs", esModule = embed "bundle.mjs"),
          ${copied.map((name) => `(name = "${name}", wasm = embed "${name}"),`).join("\n          ")}
        ],
        compatibilityDate = "2026-11-01",
      );`,
  );
  const args = ["serve", "config.capnp", "--control-fd=3"];
  const stdio = ["ignore", "inherit", "inherit", "pipe"];
  const server = spawn(program("@cloudflare", "workerd"), args, { cwd: place, stdio });
  t.after(() => server.kill());
  for await (const line of createInterface({ input: server.stdio[3] })) {
    const { event, port } = JSON.parse(line);
    if (event !== "listen") continue;
    const response = await fetch(`http://127.0.0.1:${port}/`);
    assert.deepEqual(await response.json(), [expected, checksExpected]);
    return;
  }
  assert.fail("workerd ended before it listened");
});
