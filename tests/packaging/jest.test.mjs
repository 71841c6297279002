// Jest, with Node's environment and with that of jsdom, which hides TextDecoder and TextEncoder.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { folder, modules, run, scratch } from "./support/place.mjs";

const example = await readFile(join(scratch, "support/example.mjs"), "utf8");
const assertions = (evenkeel, checks) => `
  // Another realm's objects are not equal to this one's.
  const plain = (value) => JSON.parse(JSON.stringify(value));
  test("it runs", () => {
    expect(plain(example(${evenkeel}))).toEqual(plain(expected));
    expect(plain(checksExample(${checks}))).toEqual(plain(checksExpected));
    expect(typeof TextDecoder).toBe(SEEN);
  });`;

for (const environment of ["node", "jsdom"]) {
  test(`Jest runs it, by import and by require (${environment})`, async (t) => {
    const seen = `const SEEN = "${environment === "node" ? "function" : "undefined"}";`;
    const place = await folder(t, {
      "imported.test.mjs": `
        import * as whole from "evenkeel";
        import * as part from "evenkeel/validate";
        ${example}${seen}${assertions("whole", "part")}`,
      "required.test.cjs": `
        ${example.replaceAll(/^export /gm, "")}${seen}
        ${assertions('require("evenkeel")', 'require("evenkeel/validate")')}`,
      "jest.config.json": JSON.stringify({
        testEnvironment: environment,
        testMatch: ["**/*.test.[cm]js"],
        moduleFileExtensions: ["js", "mjs", "cjs", "json"],
        transform: {},
        watchman: false,
        cacheDirectory: "<rootDir>/cache",
      }),
    });
    const jest = join(modules, "jest/bin/jest.js");
    const args = ["--experimental-vm-modules", jest, "--runInBand", "--json"];
    const { numPassedTests, success } = JSON.parse(await run(process.execPath, args, { cwd: place }));
    assert.deepEqual([numPassedTests, success], [2, true]);
  });
}
