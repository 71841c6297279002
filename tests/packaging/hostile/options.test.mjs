// What options say of the rules: the time, and whose events are known. The quick way to the checks and the
// long one must agree.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildRequest, parseResponse, validate, validateJson } from "evenkeel";

const UPDATE = "UpdateScheduledEvent";
const params = { id: "1", not_before: "2001-01-01T00:00:00Z" };

/** What every call that takes options says of these. */
const all = (options) => [
  validate(UPDATE, params, options),
  validateJson(UPDATE, JSON.stringify(params), options),
  validateJson(UPDATE, new TextEncoder().encode(JSON.stringify(params)), options),
  buildRequest(UPDATE, params, options),
];

test("a time in seconds is refused before it becomes one in 1970", () => {
  for (const now of [1e9, 1_795_368_600, 1_795_368_600.123, 99_999_999_999, 99_999_999_999.5]) {
    const answers = [...all({ now }), ...all({ now, account: "" })];
    answers.push(parseResponse("ListScheduledEvents", {}, { status: 200, body: '{"events":[]}' }, { now }));
    for (const { ok, issues } of answers) {
      assert.equal(ok, false, `${now}`);
      const told = issues.map(({ location, code, millis, nearest }) => [location, code, millis, nearest]);
      const millis = Math.round(now * 1000);
      assert.deepEqual(told, [["options.now", "looks_like_seconds", millis, millis]]);
    }
  }
});

test("a small number, a large one and a Date are times as ever", () => {
  for (const now of [-1, 0, 1, 999_999_999, 999_999_999.9, 1e11, new Date(0)]) {
    for (const { ok } of [...all({ now }), ...all({ now, account: "" })]) assert.equal(ok, true, `${now}`);
  }
});

test("an account chooses among known events", () => {
  const at = { id: "1", not_before: "2026-11-24T12:00:00Z" };
  const now = "2026-11-22T12:00:00Z";
  const event = (account, deadline) => ({
    account, provider: "huawei-ecs", id: "1", resource_id: "i", deadline,
    type: { raw: "instance-reboot" }, state: { raw: "scheduled" },
  });
  const north = event("north", "2026-11-23T00:00:00Z");
  const south = event("south", "2026-11-30T00:00:00Z");
  for (const [account, events, codes] of [
    ["north", [north, south], ["past_deadline"]],
    ["south", [north, south], []],
    ["south", [north], []],
    ["", [north, south], []],
    ["", [north], ["past_deadline"]],
    [undefined, [north], ["past_deadline"]],
    ["south", [{ ...north, account: "" }], ["past_deadline"]],
  ]) {
    const options = { now, account, events };
    const answers = [
      validate(UPDATE, at, options),
      validateJson(UPDATE, JSON.stringify(at), options),
      buildRequest(UPDATE, at, options),
    ];
    for (const { issues } of answers) assert.deepEqual(issues.map(({ code }) => code), codes, `${account}`);
  }
  const wrong = validate(UPDATE, at, { now, account: "north", events: [south, {}] });
  assert.equal(wrong.issues[0].location, "options.events[1]", "what is no event is told whoever chooses");
});
