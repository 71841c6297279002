// What is in the tarball.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, readFile, readdir, utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";

import { resultsOf } from "./support/module.mjs";
import { clouds, folder, installed, modules, run } from "./support/place.mjs";

const root = process.env.EVENKEEL_ROOT;
const tarball = process.env.EVENKEEL_TARBALL;
const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
const files = (await readdir(installed, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const ours = (end) => files.filter((file) => end.test(file));

test("it depends on nothing and runs nothing when it is installed", () => {
  for (const name of [
    "dependencies",
    "peerDependencies",
    "optionalDependencies",
    "bundleDependencies",
    "devDependencies",
    "scripts",
  ]) {
    assert.equal(manifest[name], undefined, name);
  }
});

test("every file that the manifest names is there, and the licences are", async () => {
  const named = JSON.stringify(manifest).match(/"\.\/[^"*]+"/g).map((text) => JSON.parse(text));
  const paths = named.filter((path) => /\.\w+$/.test(path) && !path.endsWith("/evenkeel.wasm"));
  assert.ok(paths.length > 5);
  for (const path of [...paths, "LICENSE-MIT", "LICENSE-APACHE", "README.md"]) {
    assert.ok(files.includes(join(installed, path)), path);
  }
});

test("each entry has one compiled module, and the inlined one is the same", async () => {
  const modules = { "evenkeel.wasm": "inline.mjs" };
  for (const name of ["validate", ...clouds]) modules[`${name}.wasm`] = `inline-${name}.mjs`;
  const found = ours(/\.wasm$/).filter((file) => !file.includes("/bin/"));
  assert.deepEqual(found.sort(), Object.keys(modules).map((name) => join(installed, name)).sort());
  for (const [module, script] of Object.entries(modules)) {
    const hex = (await readFile(join(installed, module))).toString("hex");
    assert.ok((await readFile(join(installed, script), "utf8")).includes(hex), script);
  }
});

test("no module returns a single object, at which Node 20 can end the process", async () => {
  const found = ours(/\.wasm$/);
  assert.equal(found.length, 3 + clouds.length);
  for (const file of found) {
    const results = resultsOf(await readFile(file));
    assert.deepEqual(results.get("__wbindgen_malloc"), ["i32"], file);
    const single = [...results].filter(([, types]) => types.join() === "externref");
    assert.deepEqual(single, [], file);
  }
});

test("no file names a folder of the machine that built it", async () => {
  for (const file of files) {
    const text = await readFile(file, "latin1");
    for (const place of [root, homedir(), ".cargo/registry"]) {
      assert.ok(!text.includes(place), `${file}: ${place}`);
    }
  }
});

test("nothing is compiled from text at run time", async () => {
  for (const file of ours(/\.[cm]?js$/)) {
    const [found] = (await readFile(file, "utf8")).match(/\beval\(|[^`"']\bFunction\(/) ?? [];
    assert.equal(found, undefined, file);
  }
});

test("two packs are byte for byte the same", async (t) => {
  const place = await folder(t);
  const copy = join(place, "copy");
  await cp(process.env.EVENKEEL_PACKAGE, copy, { recursive: true });
  // Neither the place nor the time of the files goes into it.
  for (const name of await readdir(copy)) await utimes(join(copy, name), 1, 1);
  const name = await run("npm", ["pack", "--silent", "--pack-destination", place], { cwd: copy });
  const hash = async (path) => createHash("sha256").update(await readFile(path)).digest("hex");
  assert.equal(await hash(join(place, name.trim())), await hash(tarball));
});

test("publint has nothing to say", async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true, pack: false });
  assert.deepEqual(messages, []);
});

test("the types are right for every way of resolving them (attw)", async () => {
  const archive = new Uint8Array(await readFile(tarball));
  const { problems } = await checkPackage(createPackageFromTarballData(archive), {
    excludeEntrypoints: ["./evenkeel.wasm", "./package.json"],
  });
  // Pages import, and never require.
  const known = ({ kind, entrypoint }) => entrypoint === "./web" && kind === "CJSResolvesToESM";
  assert.deepEqual(problems.filter((problem) => !known(problem)), []);
});

test("the syntax is ES2022 (es-check)", async () => {
  const cli = join(modules, "es-check/lib/cli/index.js");
  const check = (list, ...args) => run(process.execPath, [cli, "es2022", ...args, ...list]);
  await check(ours(/\.mjs$/), "--module", "--allow-hash-bang");
  await check(ours(/\.cjs$/));
});
