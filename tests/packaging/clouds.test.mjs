// The entries of one cloud each: they say of its operations what the whole says.
import assert from "node:assert/strict";
import { readFile, readdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";

import * as whole from "evenkeel";

import { clouds, installed } from "./support/place.mjs";

const cases = join(process.env.EVENKEEL_ROOT, "tests/cases");
const entries = await Promise.all(clouds.map(async (name) => [name, await import(`evenkeel/${name}`)]));

/** What events of a cloud have as their `provider`: the one that its module takes. */
const providers = new Map(
  entries.map(([name, { operations, validate }]) => {
    const { issues } = validate(operations()[0], {}, { events: [{ provider: "" }] });
    assert.equal(issues[0].allowed.length, 1);
    return [name, issues[0].allowed[0]];
  }),
);

/** The inputs of the verdict corpus with their options, but for those that are generated. */
async function* inputs(operation) {
  for (const name of await readdir(join(cases, operation))) {
    const read = (file) => readFile(join(cases, operation, name, file));
    const { now, events } = JSON.parse(await read("case.json"));
    try {
      yield [name, await read("input.json"), { now, events }];
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
}

test("every operation is of one cloud", () => {
  const all = entries.flatMap(([, cloud]) => cloud.operations());
  assert.ok(clouds.length > 1);
  assert.deepEqual(all.sort(), whole.operations().sort());
});

for (const [name, cloud] of entries) {
  test(`evenkeel/${name} says what evenkeel says, of each input of the verdict corpus`, async () => {
    let count = 0;
    for (const operation of cloud.operations()) {
      for await (const [label, input, options] of inputs(operation)) {
        const foreign = options.events?.findIndex(({ provider }) => provider !== providers.get(name)) ?? -1;
        const result = cloud.validateJson(operation, input, options);
        if (foreign >= 0) {
          assert.equal(result.issues[0].location, `options.events[${foreign}].provider`, label);
          assert.deepEqual(result.issues[0].allowed, [providers.get(name)]);
          continue;
        }
        const said = JSON.stringify(result);
        assert.equal(said, JSON.stringify(whole.validateJson(operation, input, options)), `${operation}/${label}`);
        count++;
      }
    }
    assert.ok(count > 30, `${count} cases`);
  });

  test(`evenkeel/${name} exports what evenkeel does, by import and by require, and is smaller`, async () => {
    const required = createRequire(import.meta.url)(`evenkeel/${name}`);
    assert.deepEqual(Object.keys(required).sort(), Object.keys(whole).sort());
    for (const key of Object.keys(required)) assert.equal(required[key], cloud[key], key);
    const size = async (file) => (await stat(join(installed, file))).size;
    assert.ok((await size(`${name}.wasm`)) < (await size("evenkeel.wasm")));
  });

  test(`evenkeel/${name} takes no operation of another cloud, and names its own`, () => {
    const foreign = whole.operations().find((operation) => !cloud.operations().includes(operation));
    const [issue] = cloud.validate(foreign, {}).issues;
    assert.equal(issue.code, "unknown_value");
    assert.deepEqual(issue.allowed, cloud.operations());
  });
}
