// Node, with `import`, with `require`, and bundled into a file of its own.
import assert from "node:assert/strict";
import { copyFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { build } from "esbuild";
import * as imported from "evenkeel";

import { checksExample, checksExpected, example, expected } from "./support/example.mjs";
import { folder, installed, run, scratch } from "./support/place.mjs";

test("import works with no set-up call", () => {
  assert.deepEqual(example(imported), expected);
});

test("require works, and is the same instance", () => {
  const required = createRequire(import.meta.url)("evenkeel");
  assert.deepEqual(example(required), expected);
  for (const name of Object.keys(required)) assert.equal(required[name], imported[name], name);
});

test("the entry of the checks alone gives the same verdicts, by import and by require", async () => {
  const checks = await import("evenkeel/validate");
  const required = createRequire(import.meta.url)("evenkeel/validate");
  assert.equal(required.validate, checks.validate);
  assert.deepEqual(Object.keys(checks).sort(), ["operations", "validate", "validateJson"]);
  assert.deepEqual(checksExample(checks), checksExpected);
  const draft = { EventInfos: [{ EventId: "e-1", ResourceId: " i-1", OpsTyp: "later" }] };
  const plain = ({ issues }) => issues.map((issue) => ({ ...issue.toJSON(), message: undefined }));
  assert.deepEqual(
    plain(checks.validate("BatchEventRebootInstance", draft)),
    plain(imported.validate("BatchEventRebootInstance", draft)),
  );
});

test("every event of a page has its own account, type and description", () => {
  const sent = ["reboot", "migrate", "reboot"].map((type, index) => ({
    id: `é😀-${index}`,
    instance_id: `i-${index}`,
    type: `instance-${type}`,
    state: "inquiring",
    description: JSON.stringify({ "en-us": `text ${index}` }),
  }));
  const body = JSON.stringify({ events: sent });
  for (const account of ["", "north"]) {
    const { value } = imported.parseResponse("ListScheduledEvents", {}, { status: 200, body }, { account });
    assert.deepEqual(
      value.events.map((event) => [event.account, event.provider, event.id, event.type.raw, event.description]),
      sent.map(({ id, type }, index) => [account, "huawei-ecs", id, type, { "en-us": `text ${index}` }]),
    );
  }
});

test("descriptions are those of their events, however many there are", () => {
  const tell = (index) => ({ "en-us": `host ${index % 100}` });
  const sent = Array.from({ length: 250 }, (_, index) => ({
    id: `${index}`,
    instance_id: "i",
    type: "instance-reboot",
    state: "inquiring",
    description: JSON.stringify(tell(index)),
  }));
  const { value } = imported.parseResponse("ListScheduledEvents", {}, {
    status: 200,
    body: JSON.stringify({ events: sent }),
  });
  const told = value.events.map(({ description }) => description);
  assert.deepEqual(told, sent.map((_, index) => tell(index)));
});

test("a getter that checks something of its own changes nothing of the check around it", () => {
  const name = "BatchEventRebootInstance";
  const item = (EventId) => ({ EventId, ResourceId: "i-1", OpsType: "immediate" });
  const inner = { EventInfos: [item("x-1")] };
  const checking = { EventId: "e-2", ResourceId: "i-1" };
  Object.defineProperty(checking, "OpsType", {
    enumerable: true,
    get: () => (imported.validate(name, inner).ok ? "odd" : "immediate"),
  });
  const outer = { EventInfos: [item("e-1"), checking] };
  const { ok, value } = imported.validate(name, outer);
  assert.equal(ok, true);
  assert.deepEqual(value.EventInfos.map(({ EventId }) => EventId), ["e-1", "e-2"]);
});

test("a place under an empty key reads like any other", () => {
  const [issue] = imported.validate("ListScheduledEvents", { "": 1 }).issues;
  assert.deepEqual([issue.path, issue.pointer, issue.location], [[""], "/", ""]);
});

test("a CommonJS project has all names", async (t) => {
  const place = await folder(t, {
    "package.json": "{}",
    "main.js": 'const { validate } = require("evenkeel"); console.log(validate("X", {}).issues[0].code);',
  });
  assert.equal(await run(process.execPath, ["main.js"], { cwd: place }), "unknown_value\n");
});

test("an import that calls nothing starts no module", async () => {
  const code = `
    WebAssembly.Instance = class { constructor() { throw new Error("started") } };
    const { operations } = await import("evenkeel");
    try { operations() } catch (error) { console.log(error.message) }`;
  const said = await run(process.execPath, ["--input-type=module", "-e", code], { cwd: scratch });
  assert.equal(said, "started\n");
});

test("cryptography, slow to load, is asked for once, by what has something to hash", async () => {
  const code = `
    const { getRandomValues } = crypto;
    let asked = 0;
    crypto.getRandomValues = (into) => (asked++, getRandomValues.call(crypto, into));
    const { validate } = await import("evenkeel");
    const draft = (length) => ({
      EventInfos: Array.from({ length }, (_, index) => ({
        EventId: "e-" + index, ResourceId: "i-1", OpsType: "immediate",
      })),
    });
    for (const length of [1, 8, 9, 100]) {
      const { ok } = validate("BatchEventRebootInstance", draft(length));
      console.log(length, ok, asked);
    }`;
  const said = await run(process.execPath, ["--input-type=module", "-e", code], { cwd: scratch });
  assert.equal(said, "1 true 0\n8 true 0\n9 true 1\n100 true 1\n");
});

test("where no random values are to be had, batches are checked all the same", async () => {
  const code = `
    crypto.getRandomValues = () => { throw new Error("not now") };
    const { validateJson } = await import("evenkeel");
    const item = { EventId: "e-1", ResourceId: "i-1", OpsType: "immediate" };
    const { issues } = validateJson("BatchEventRebootInstance", JSON.stringify({ EventInfos: Array(20).fill(item) }));
    console.log(issues.length, issues[0].code);`;
  const said = await run(process.execPath, ["--input-type=module", "-e", code], { cwd: scratch });
  assert.equal(said, "19 duplicate\n");
});

test("where `require` is everybody's, as in `node -e`, it is the same instance", async () => {
  const code = `import("evenkeel").then(({ validate }) => console.log(validate === require("evenkeel").validate))`;
  assert.equal(await run(process.execPath, ["-e", code], { cwd: scratch }), "true\n");
});

/** What a program that is given as text says of an error. */
const complaint = (code, cwd = scratch) =>
  run(
    process.execPath,
    ["--input-type=module", "-e", `try { ${code} } catch (error) { console.log(error.name, error.message) }`],
    { cwd },
  );

test("an engine without WebAssembly is said to be one, at each call", async () => {
  const said = "Error evenkeel: this engine runs no WebAssembly; `--jitless`, iOS' Lockdown Mode and some sandboxes turn it off\n";
  const inline = JSON.stringify(join(installed, "inline.mjs"));
  for (const code of [
    `const { operations } = await import("evenkeel"); operations()`,
    `const { validate } = await import("evenkeel/validate"); validate("AcceptScheduledEvent", {})`,
    `const { message } = await import(${inline}); try { message({}) } catch {} message({})`,
    `const { operations } = await import("evenkeel/web"); operations()`,
    `const { init } = await import("evenkeel/web"); await init(new Uint8Array())`,
  ]) {
    assert.equal(await complaint(`delete globalThis.WebAssembly; ${code}`), said, code);
  }
});

test("an engine that cannot read UTF-8 is said to be one, when it is imported", async () => {
  const inline = JSON.stringify(join(installed, "inline.mjs"));
  const hidden = "delete globalThis.TextDecoder;";
  assert.equal(
    await complaint(`${hidden} delete process.getBuiltinModule; process.getBuiltinModule = null; await import(${inline})`),
    "Error evenkeel: this engine has no TextDecoder and no TextEncoder; a polyfill has to come before\n",
  );
  assert.equal(await complaint(`${hidden} const { operations } = await import("evenkeel"); operations()`), "");
});

test("an entry that is copied alone says what it lacks", async (t) => {
  const place = await folder(t);
  for (const name of ["node.mjs", "node.cjs", "node-validate.mjs", "node-validate.cjs"]) {
    const alone = await folder(t);
    await copyFile(join(installed, name), join(alone, name));
    const said = await complaint(`await import(${JSON.stringify(join(alone, name))})`, place);
    assert.match(said, /^Error evenkeel: `.*` is without .* beside it; copy the whole package, or bundle it\n$/, name);
  }
});

for (const [format, conditions] of [
  ["esm", undefined],
  ["cjs", undefined],
  // Who names one is not asked for `module` any more.
  ["esm", ["production"]],
  ["cjs", ["production"]],
]) {
  test(`a bundle for Node runs wherever it is copied (${format}, ${conditions ?? "usual conditions"})`, async (t) => {
    const { outputFiles } = await build({
      stdin: {
        contents: `
          import * as evenkeel from "evenkeel";
          import { example } from "./support/example.mjs";
          console.log(JSON.stringify(example(evenkeel)));`,
        resolveDir: scratch,
      },
      bundle: true,
      platform: "node",
      format,
      conditions,
      // `import.meta` in CommonJS, on a way that is not taken.
      logOverride: { "empty-import-meta": "silent" },
      write: false,
    });
    const file = join(tmpdir(), `evenkeel-bundle-${process.pid}.${format === "esm" ? "mjs" : "cjs"}`);
    t.after(() => rm(file, { force: true }));
    await writeFile(file, outputFiles[0].contents);
    assert.deepEqual(JSON.parse(await run(process.execPath, [file])), expected);
  });
}
