// The JSON Schemas and the validator agree on the verdict corpus, as far as a schema can tell.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { operations } from "evenkeel";
import { schemas } from "evenkeel/schemas";

const cases = join(process.env.EVENKEEL_ROOT, "tests/cases");

/** What the shape alone tells. */
const TOLD = new Set([
  "invalid_id", "looks_like_seconds", "malformed_time", "missing", "never_sent", "no_items",
  "not_an_integer",
  "not_for_action",
  "out_of_range", "password_classes", "password_length", "password_with_scheduled",
  "plan_time_with_immediate", "too_many_items", "unknown_field", "unknown_value", "unsafe_integer", "wrong_type",
]);
/** What needs the time, the known events or two values at once. */
const UNTOLD = new Set([
  "action_not_applicable", "action_restricted", "action_type_mismatch", "after_first_plan", "duplicate",
  "duplicate_resource", "in_the_past", "past_deadline", "range_inverted",
]);
/** What no JavaScript value shows any more. */
const OF_TEXT = new Set(["duplicate_key", "invalid_json"]);

const ajv = new Ajv2020({ allErrors: true, strict: true });

function expand({ before, item, between = "", after, count }) {
  const items = Array.from({ length: count }, (_, n) => item.replaceAll("{n}", n));
  return before + items.join(between) + after;
}

function load(folder) {
  const file = (name) => readFileSync(join(folder, name), "utf8");
  const { generate } = JSON.parse(file("case.json"));
  const { issues } = JSON.parse(file("expected.json"));
  const text = generate ? expand(generate) : readFileSync(join(folder, "input.json"));
  // A long verdict has its codes, and its first and last issue.
  const errors = Array.isArray(issues)
    ? issues.filter(({ severity }) => severity === "error")
    : [issues.first, issues.last].filter(({ severity }) => severity === "error");
  return { text, errors, whole: Array.isArray(issues) };
}

/** Where an error of ajv is, as a pointer; nothing where it only repeats another. */
function place({ keyword, instancePath, params }) {
  const escaped = (key) => key.replaceAll("~", "~0").replaceAll("/", "~1");
  switch (keyword) {
    case "required":
      return [`${instancePath}/${escaped(params.missingProperty)}`];
    case "additionalProperties":
      return [`${instancePath}/${escaped(params.additionalProperty)}`];
    case "if":
      return [];
    default:
      return [instancePath];
  }
}

for (const operation of operations()) {
  test(`the schema of ${operation} agrees with the corpus`, (t) => {
    const check = ajv.compile(schemas[operation]);
    const folder = join(cases, operation);
    assert.ok(existsSync(folder));
    const tally = { refused: 0, accepted: 0, untold: 0, text: 0 };
    for (const name of readdirSync(folder)) {
      const { text, errors, whole } = load(join(folder, name));
      const codes = errors.map(({ code }) => code);
      for (const code of codes) {
        assert.ok(TOLD.has(code) || UNTOLD.has(code) || OF_TEXT.has(code), `${code} is of no kind`);
      }
      if (codes.some((code) => OF_TEXT.has(code))) {
        tally.text++;
        continue;
      }
      const params = JSON.parse(text);
      const told = errors.filter(({ code }) => TOLD.has(code)).map(({ pointer }) => pointer);
      const valid = check(params);
      const found = (check.errors ?? []).flatMap(place);
      assert.equal(valid, told.length === 0, `${operation}/${name}: ${JSON.stringify(check.errors)}`);
      if (whole) {
        const distinct = (places) => [...new Set(places)].toSorted();
        assert.deepEqual(distinct(found), distinct(told), `${operation}/${name}`);
      }
      tally[valid ? (errors.length > 0 ? "untold" : "accepted") : "refused"]++;
    }
    t.diagnostic(JSON.stringify(tally));
    assert.ok(tally.refused > 0 && tally.accepted > 0);
  });
}

test("a schema is for one operation, says where it comes from and has a name of its own", () => {
  const names = Object.keys(schemas);
  assert.deepEqual(names.toSorted(), operations().toSorted());
  for (const name of names) {
    assert.equal(schemas[name].$schema, "https://json-schema.org/draft/2020-12/schema");
    assert.match(schemas[name].description, /https:\/\//);
  }
  assert.equal(new Set(names.map((name) => schemas[name].$id)).size, names.length);
});
