// `validate(value)` and `validateJson(JSON.stringify(value))` are one function, and so is the engine's
// reader of JSON and ours: made-up drafts, from a seed.
//
// EVENKEEL_FUZZ_ROUNDS=200000 searches longer; EVENKEEL_FUZZ_SEED says where to begin, and with one
// round repeats what a failure names.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { parseResponse, validate, validateJson } from "evenkeel";

import { dice } from "./fuzz/dice.mjs";
import { draft } from "./fuzz/drafts.mjs";
import { damaged, text } from "./fuzz/text.mjs";
import { NOW } from "./fuzz/values.mjs";

const ROUNDS = Number(process.env.EVENKEEL_FUZZ_ROUNDS ?? 5000);
const SEED = Number(process.env.EVENKEEL_FUZZ_SEED ?? 1);
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const { value: page } = parseResponse("DescribeHistoryEvents", { EventTypes: ["Disk:Stalled"] }, {
  status: 200,
  body: JSON.stringify({
    Events: ["SystemUpgrade.Migrate", "SystemUpgrade.Reboot"].flatMap((type, at) =>
      ["Inquiring", "Executed"].map((state, other) => ({
        EventId: `e-${2 * at + other}`, ResourceId: `i-${at}`, EventType: `Instance:${type}`,
        Status: state, StartTime: "2026-11-22T13:00:00Z",
      })),
    ),
  }),
});
/** Without and with events that the drafts are about. */
const OPTIONS = [{ now: NOW }, { now: NOW, events: page.events }, { now: 0 }];

/** Runs `round` with dice of each seed; a failure says which one. */
function search(name, share, round) {
  test(name, () => {
    for (let seed = SEED; seed < SEED + Math.ceil(ROUNDS * share); seed++) {
      try {
        round(seed);
      } catch (error) {
        error.message = `EVENKEEL_FUZZ_SEED=${seed} EVENKEEL_FUZZ_ROUNDS=1: ${error.message}`;
        throw error;
      }
    }
  });
}

/** The same to the last member, and to those who look at it as JSON. */
function assertSame(one, other, what) {
  const say = () => inspect(what, { depth: 6, maxStringLength: 2000 });
  assert.equal(JSON.stringify(one), JSON.stringify(other), say());
  assert.deepStrictEqual(one, other, say());
}

/** What `JSON.stringify` makes of a value: a text, nothing, or it throws. */
function stringified(value) {
  try {
    return { text: JSON.stringify(value) };
  } catch {
    return {};
  }
}

/** What is said of a value that is given as it is, however it is made. */
function assertTakenAsJson(operation, make, options) {
  const before = stringified(make());
  const said = validate(operation, make(), options);
  if (!("text" in before)) {
    assert.deepEqual(said.issues.map(({ code, pointer }) => [code, pointer]), [["invalid_json", ""]]);
    assert.match(said.issues[0].detail, /not expressible as JSON/);
  } else if (before.text === undefined) {
    assert.deepEqual(said.issues.map(({ code, expected }) => [code, expected]), [["wrong_type", "object"]]);
  } else {
    assertSame(said, validateJson(operation, before.text, options), before.text);
    assertSame(said, validateJson(operation, encoder.encode(before.text), options), before.text);
  }
  return said;
}

search("what is given as objects is what is given as JSON", 1, (seed) => {
  const options = OPTIONS[seed % OPTIONS.length];
  const make = () => draft(dice(seed));
  const { operation } = make();
  const said = assertTakenAsJson(operation, () => make().params, options);
  assert.equal(said.ok, !said.issues.some(({ severity }) => severity === "error"));
  if (!said.ok) return;
  // What was accepted is accepted again, and is the caller's own from then on.
  const again = validate(operation, said.value, options);
  assertSame(again.value, said.value, said.value);
  assert.notEqual(again.value, said.value);
});

search("space, escapes and repeated keys change nothing but that a repeated key is told", 0.4, (seed) => {
  const roll = dice(seed);
  const { operation, params } = draft(roll, true);
  const options = OPTIONS[seed % OPTIONS.length];
  const { written, repeated } = text(roll, params, true);
  const said = validateJson(operation, written, options);
  assertSame(validateJson(operation, encoder.encode(written), options), said, written);
  const plain = validate(operation, JSON.parse(written), options);
  if (plain.issues[0]?.code === "invalid_json") {
    // Where it is differs with the space.
    assert.equal(said.issues[0]?.code, "invalid_json", written);
    return;
  }
  const rest = said.issues.filter(({ code }) => code !== "duplicate_key");
  assertSame(sorted(rest), sorted(plain.issues), written);
  assert.equal(said.issues.length - rest.length, repeated, written);
  if (repeated === 0) assertSame(said.value, plain.value, written);
  else assert.equal(said.ok, false, written);
});

/** Objects have keys that are numbers first, whatever the text says. */
const sorted = (issues) => issues.map((issue) => JSON.stringify(issue)).sort();

search("what the engine does not read as JSON is not JSON, and nothing else", 0.6, (seed) => {
  const roll = dice(seed);
  const { operation, params } = draft(roll, true);
  const bytes = damaged(roll, encoder.encode(text(roll, params, false).written));
  const { ok, issues } = validateJson(operation, bytes, OPTIONS[0]);
  const refused = !ok && issues[0].code === "invalid_json";
  let read = true;
  try {
    JSON.parse(decoder.decode(bytes));
  } catch {
    read = false;
  }
  // The engine reads halves of surrogate pairs, which no text has.
  if (read && refused && /surrogate/.test(issues[0].detail)) return;
  assert.equal(refused, !read, Buffer.from(bytes).toString("latin1"));
});

/** Gives another value each time that it is asked. */
const turning = (...values) => {
  let asked = 0;
  return () => values[Math.min(asked++, values.length - 1)];
};

test("a value that changes when it is looked at is judged as it was at one time", () => {
  const operation = "BatchEventMigrateInstance";
  const right = { EventId: "e-1", ResourceId: "i-1", OpsType: "immediate", DataPolicy: "abandon", Password: "Correct7horse" };
  const wrong = { EventId: "x", ResourceId: 5, OpsType: "now", DataPolicy: "Abandon", Password: "a" };
  const { now } = OPTIONS[0];
  for (const key of Object.keys(right)) {
    for (const [first, then] of [[right, wrong], [wrong, right]]) {
      const ways = {
        "a getter": () => Object.defineProperty({ ...right }, key, { get: turning(first[key], then[key]), enumerable: true }),
        "a getter of an instance": () =>
          Object.defineProperty(Object.assign(new (class Item {})(), right), key, {
            get: turning(first[key], then[key]), enumerable: true,
          }),
        toJSON: () => ({ ...right, [key]: { toJSON: turning(first[key], then[key]) } }),
        "a proxy": () => {
          const read = turning(first[key], then[key]);
          return new Proxy({ ...right }, { get: (target, name) => (name === key ? read() : target[name]) });
        },
      };
      for (const [how, make] of Object.entries(ways)) {
        const said = validate(operation, { EventInfos: [make()] }, { now });
        const possible = [first, then].map((one) =>
          validate(operation, { EventInfos: [{ ...right, [key]: one[key] }] }, { now }),
        );
        assert.ok(possible.some((one) => JSON.stringify(one) === JSON.stringify(said)), `${key}, ${how}: ${inspect(said, { depth: 5 })}`);
      }
    }
  }
});

test("what only looks like plain parameters is taken as JSON takes it", () => {
  const item = { EventId: "e-1", ResourceId: "i-1", OpsType: "immediate" };
  const dressed = (value, prototype, members = item) => Object.assign(Object.setPrototypeOf(value, prototype), members);
  const params = (...EventInfos) => ({ EventInfos });
  const makes = [
    () => params("\ud800"),
    () => params(item, { ...item, EventId: "e-2", odd: "\udc00" }),
    () => params(dressed([], null)),
    () => params(dressed([], Object.prototype)),
    () => dressed([], null, params(item)),
    () => params(dressed(new Boolean(true), null)),
    () => params(new Proxy(Object.assign([], item), { getPrototypeOf: () => Object.prototype })),
  ];
  if (JSON.rawJSON) makes.push(() => params(JSON.rawJSON("5")));
  for (const make of makes) {
    const { ok } = assertTakenAsJson("BatchEventRebootInstance", make, OPTIONS[0]);
    assert.equal(ok, false);
  }
});

test("prototypes that someone has extended change what they change for JSON", () => {
  const operation = "BatchEventMigrateInstance";
  const make = () => draft(dice(7), true).params;
  const item = { EventId: "e-1", ResourceId: "i-1", OpsType: "immediate", DataPolicy: "abandon" };
  const extensions = [
    [Object.prototype, "odd", { value: 1, enumerable: true }],
    [Object.prototype, "Password", { value: "Correct7horse", enumerable: true }],
    [Object.prototype, "Password", { get: () => "Correct7horse", enumerable: true }],
    [Array.prototype, "odd", { value: 1, enumerable: true }],
    [Array.prototype, "1", { value: item, enumerable: true, writable: true }],
    [Object.prototype, "toJSON", { value: () => "an object" }],
    [Array.prototype, "toJSON", { value: () => "a list" }],
    [String.prototype, "toJSON", { value: () => "a text" }],
    [Number.prototype, "toJSON", { value: () => 5 }],
  ];
  for (const [target, key, descriptor] of extensions) {
    const results = [];
    Object.defineProperty(target, key, { ...descriptor, configurable: true });
    try {
      for (const params of [make(), { EventInfos: [item] }, { EventInfos: [item, , item] }]) {
        results.push([validate(operation, params, OPTIONS[0]), JSON.stringify(params)]);
      }
    } finally {
      delete target[key];
    }
    for (const [said, written] of results) {
      assertSame(said, validateJson(operation, written, OPTIONS[0]), { key, written });
    }
  }
});
