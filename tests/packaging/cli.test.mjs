// `npx evenkeel check`: the cases that the program passes, byte for byte.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { folder, installed, scratch } from "./support/place.mjs";

const cases = join(process.env.EVENKEEL_ROOT, "tests/check");
const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
// What npx starts.
const bin = join(scratch, "node_modules/.bin/evenkeel");

const windows = new URL("support/windows.mjs", import.meta.url).href;

function run(args, { cwd, stdin, cut, unread, flags = [] } = {}) {
  const child = spawn(process.execPath, [...flags, bin, ...args], { cwd, stdio: ["pipe", "pipe", "pipe"] });
  // A command that reads nothing closes its end.
  child.stdin.on("error", () => {});
  if (stdin) createReadStream(stdin).pipe(child.stdin);
  else child.stdin.end();
  const parts = { stdout: [], stderr: [] };
  for (const name of ["stdout", "stderr"]) child[name].on("data", (part) => parts[name].push(part));
  if (unread) child.stdout.destroy();
  if (cut) child.stdout.once("data", () => child.stdout.destroy());
  return new Promise((done) =>
    child.on("close", (exit) => {
      const text = (name) => Buffer.concat(parts[name]).toString();
      done({ exit, stdout: text("stdout"), stderr: text("stderr") });
    }),
  );
}

async function fails(name) {
  const place = join(cases, "cases", name);
  const expected = (file) =>
    existsSync(join(place, file))
      ? readFileSync(join(place, file), "utf8").replaceAll("[VERSION]", version)
      : "";
  const { args, exit, stdin, stderr_contains: parts } = JSON.parse(expected("case.json"));
  const cwd = join(cases, "files");
  const said = await run(["check", ...args], { cwd, stdin: stdin && join(cwd, stdin) });
  const wrong = [];
  if (said.exit !== exit) wrong.push(`exit is ${said.exit}, not ${exit}`);
  if (said.stdout !== expected("stdout")) wrong.push(`stdout is\n${said.stdout}`);
  const told = parts
    ? parts.every((part) => said.stderr.includes(part))
    : said.stderr === expected("stderr");
  if (!told) wrong.push(`stderr is\n${said.stderr}`);
  if (/canary/i.test(said.stdout + said.stderr)) wrong.push("a password is shown");
  return wrong.map((what) => `${name}: ${what}`);
}

test("every case of `evenkeel check` comes out as it is written", async () => {
  const names = readdirSync(join(cases, "cases"));
  assert.ok(names.length >= 50, `only ${names.length} cases`);
  const wrong = [];
  // Two at once: each is a process.
  const take = async () => {
    for (let name = names.pop(); name; name = names.pop()) wrong.push(...(await fails(name)));
  };
  await Promise.all([take(), take()]);
  assert.equal(wrong.join("\n\n"), "");
});

test("help and the version are those of the program", async () => {
  const help = await run(["check", "--help"]);
  assert.equal(help.exit, 0);
  assert.match(help.stdout, /^Usage: evenkeel check \[OPTIONS\] \[FILE\]\.\.\.$/m);
  assert.match(help.stdout, /^Exit codes:$/m);
  assert.deepEqual(await run(["--version"]), { exit: 0, stdout: `evenkeel ${version}\n`, stderr: "" });
  const none = await run([]);
  assert.equal(none.exit, 2);
  assert.match(none.stderr, /Usage: evenkeel <COMMAND>/);
});

test("help and the version that nobody reads are no error", async () => {
  for (const args of [["check", "--help"], ["--version"]]) {
    const said = await run(args, { unread: true });
    assert.deepEqual(said, { exit: 0, stdout: "", stderr: "" });
  }
});

test("patterns, hidden names and links are as in the program", async (t) => {
  const place = await folder(t);
  const good = '{"id":"e4f1","not_before":"now"}';
  for (const name of ["a/1", "a/b/2", "a/.hidden/3", "a/.4", "a/node_modules/p/5"]) {
    const path = join(place, `${name}.AcceptScheduledEvent.json`);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, good);
  }
  symlinkSync(place, join(place, "a/circle"));
  const said = await run(["check", "**/*.json"], { cwd: place });
  assert.deepEqual(said, { exit: 0, stdout: "2 files checked: no issues\n", stderr: "" });
  const named = await run(["check", "**/node_modules/**/*.json"], { cwd: place });
  assert.deepEqual(named, { exit: 0, stdout: "1 file checked: no issues\n", stderr: "" });
});

test("ten thousand issues are written whole, and a reader that has enough is no error", async (t) => {
  const items = Array.from({ length: 10_000 }, (_, n) => ({
    EventId: `e-${n}`,
    ResourceId: `i-${n}`,
    OpsType: "scheduled",
    PlanTime: 1,
    DataPolicy: "try_transfer",
  }));
  const place = await folder(t, {
    "a.BatchEventMigrateInstance.json": JSON.stringify({ EventInfos: items }),
  });
  const args = ["check", "a.BatchEventMigrateInstance.json"];
  const whole = await run(args, { cwd: place });
  assert.deepEqual([whole.exit, whole.stderr], [1, ""]);
  assert.equal(whole.stdout.match(/in_the_past/g).length, 10_000);
  const cut = await run(args, { cwd: place, cut: true });
  assert.deepEqual([cut.exit, cut.stderr], [1, ""]);
});

test("a file beyond the limit is not read whole", async (t) => {
  const place = await folder(t, { "a.AcceptScheduledEvent.json": "" });
  truncateSync(join(place, "a.AcceptScheduledEvent.json"), 64 * 1024 * 1024 + 1);
  assert.deepEqual(await run(["check", "a.AcceptScheduledEvent.json"], { cwd: place }), {
    exit: 2,
    stdout: "no file was checked\n",
    stderr: "evenkeel: a.AcceptScheduledEvent.json: larger than 64 MiB\n",
  });
});

test("paths of Windows are read and shown as such", async (t) => {
  const good = '{"id":"e4f1","not_before":"now"}';
  const place = await folder(t, {
    "plans/AcceptScheduledEvent/1.json": good,
    "plans/AcceptScheduledEvent/night 2/2.json": "{",
    "plans/UpdateScheduledEvent/x.AcceptScheduledEvent.json": good,
  });
  const check = (...args) => run(["check", ...args], { cwd: place, flags: ["--import", windows] });
  const [one, two, three] = [
    "plans\\AcceptScheduledEvent\\1.json",
    "plans\\AcceptScheduledEvent\\night 2\\2.json",
    "plans\\UpdateScheduledEvent\\x.AcceptScheduledEvent.json",
  ];
  const named = await check("--format", "json", one, `.\\${two}`, `'${three}'`);
  const files = JSON.parse(named.stdout).files.map(({ file, operation, ok }) => [file, operation, ok]);
  assert.deepEqual([named.exit, named.stderr], [1, ""]);
  assert.deepEqual(files, [
    [one, "AcceptScheduledEvent", true],
    [`.\\${two}`, "AcceptScheduledEvent", false],
    [three, "AcceptScheduledEvent", true],
  ]);

  const found = await check("--format", "json", "'plans\\**\\*.json'");
  assert.deepEqual(JSON.parse(found.stdout).files.map(({ file }) => file), [one, two, three]);

  const uris = async (...args) => {
    const { stdout } = await check("--format", "sarif", ...args);
    const [{ results }] = JSON.parse(stdout).runs;
    return results.map(({ locations: [{ physicalLocation }] }) => physicalLocation.artifactLocation.uri);
  };
  assert.deepEqual(await uris("plans\\**\\*.json"), ["plans/AcceptScheduledEvent/night%202/2.json"]);
  // The drive is a folder here.
  mkdirSync(join(place, "C:"));
  writeFileSync(join(place, "C:/x.AcceptScheduledEvent.json"), "{");
  assert.deepEqual(await uris("C:\\*.json"), ["file:///C:/x.AcceptScheduledEvent.json"]);

  const { stdout } = await check("--format", "github", two);
  assert.match(stdout, /^::error file=plans\/AcceptScheduledEvent\/night 2\/2\.json,line=1/);
});

test("more results than GitHub takes are left out of SARIF, and told", async (t) => {
  const items = Array.from({ length: 25_001 }, () => ({ EventId: "e-1" }));
  const place = await folder(t, {
    "a.BatchEventRebootInstance.json": JSON.stringify({ EventInfos: items }),
  });
  const args = ["check", "a.BatchEventRebootInstance.json", "--format"];
  const { exit, stdout, stderr } = await run([...args, "sarif"], { cwd: place });
  const { errors, warnings } = JSON.parse((await run([...args, "json"], { cwd: place })).stdout);
  const cut = `SARIF has 25000 of ${errors + warnings} results, errors first: GitHub takes no more`;
  assert.deepEqual([exit, stderr], [1, `evenkeel: ${cut}; --format json has all\n`]);
  const [{ results, invocations }] = JSON.parse(stdout).runs;
  assert.equal(results.length, 25_000);
  assert.equal(invocations[0].toolExecutionNotifications[0].message.text, cut);
});

test("a Node without WebAssembly is told", async () => {
  const flags = ["--import", "data:text/javascript,delete globalThis.WebAssembly"];
  assert.deepEqual(await run(["check", "--help"], { flags }), {
    exit: 2,
    stdout: "",
    stderr: "evenkeel: this Node runs no WebAssembly; `--jitless` turns it off\n",
  });
});
