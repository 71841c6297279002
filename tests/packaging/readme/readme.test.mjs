// The snippets of the package's README do what it says they do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const readme = readFileSync(
  join(fileURLToPath(import.meta.resolve("evenkeel/package.json")), "../README.md"),
  "utf8",
);
const snippets = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);

test("the README has snippets for every door", () => {
  const code = snippets.join("");
  for (const name of ["validateJson", "buildRequest", "parseResponse", "standardSchema", "schemas"]) {
    assert.ok(code.includes(name), name);
  }
});

for (const code of snippets) {
  const [, names] = /^import \{ (.*?) \}/.exec(code);
  test(`the snippet with ${names} prints what it says`, () => {
    const folder = mkdtempSync(join(import.meta.dirname, "snippet-"));
    try {
      const file = join(folder, "snippet.mjs");
      writeFileSync(file, code);
      const { stdout, stderr } = spawnSync(process.execPath, [file], {
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1" },
      });
      const expected = code.match(/^\/\/ → .*$/gm).map((line) => `${line.slice(5)}\n`);
      assert.deepEqual({ stdout, stderr }, { stdout: expected.join(""), stderr: "" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
