// The examples of the README, run as they stand there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { folder, installed, run } from "./support/place.mjs";

const text = await readFile(join(installed, "README.md"), "utf8");
const examples = [...text.matchAll(/^## (.+)\n(?:(?!^## )[^])*?^```js\n([^]*?)^```\n\n```text\n([^]*?)^```$/gm)];

test("there are four examples", () => {
  assert.equal(examples.length, 4);
});

for (const [, title, code, output] of examples) {
  test(`"${title}" prints what it says`, async (t) => {
    const place = await folder(t, { "main.mjs": code });
    assert.equal(await run(process.execPath, ["main.mjs"], { cwd: place }), output);
  });
}
