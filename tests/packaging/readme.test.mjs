// The examples of the README, run as they stand there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { folder, installed, run } from "./support/place.mjs";

const text = await readFile(join(installed, "README.md"), "utf8");
const sections = text.split(/^## /m).slice(1).map((section) => [section.split("\n")[0], section]);
const examples = sections.flatMap(([title, section]) =>
  [...section.matchAll(/^```js\n([^]*?)^```\n\n```text\n([^]*?)^```$/gm)].map(([, code, output]) => ({ title, code, output })),
);

test("there are six examples", () => {
  assert.equal(examples.length, 6);
});

for (const [index, { title, code, output }] of examples.entries()) {
  test(`example ${index + 1}, "${title}", prints what it says`, async (t) => {
    const place = await folder(t, { "main.mjs": code });
    assert.equal(await run(process.execPath, ["main.mjs"], { cwd: place }), output);
  });
}
