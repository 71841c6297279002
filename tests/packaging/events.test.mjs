// The events of an answer, whole and as a table: each member is what a plain reading of the answer's
// JSON says, however the answer is given.
//
// EVENKEEL_FUZZ_ROUNDS and EVENKEEL_FUZZ_SEED as in `differential.test.mjs`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { operations, parseEvents, parseResponse, validate } from "evenkeel";

import { answer } from "./fuzz/answers.mjs";
import { dice } from "./fuzz/dice.mjs";

const ROUNDS = Number(process.env.EVENKEEL_FUZZ_ROUNDS ?? 5000);
const SEED = Number(process.env.EVENKEEL_FUZZ_SEED ?? 1);
const LIST = "ListScheduledEvents";
const PARAMS = { ListScheduledEvents: {}, DescribeHistoryEvents: { EventTypes: ["Disk:Stalled"] } };
const OPTIONS = { account: "a" };
const MAYBE = ["level", "published_at", "not_before", "not_after", "deadline", "started_at", "finished_at", "source"];
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const whole = (operation, body) => parseResponse(operation, PARAMS[operation], { status: 200, body }, OPTIONS);
const table = (operation, body) => parseEvents(operation, PARAMS[operation], { status: 200, body }, OPTIONS);

function search(name, share, round) {
  test(name, () => {
    for (let seed = SEED; seed < SEED + Math.ceil(ROUNDS * share); seed++) {
      try {
        round(dice(seed));
      } catch (error) {
        error.message = `EVENKEEL_FUZZ_SEED=${seed} EVENKEEL_FUZZ_ROUNDS=1: ${error.message}`;
        throw error;
      }
    }
  });
}

/** An answer in the ways in which it may be given. */
function forms(body) {
  const bytes = encoder.encode(body);
  const within = new Uint8Array(bytes.length + 9);
  within.set(bytes, 4);
  return {
    "a text": body,
    "bytes": bytes,
    "an ArrayBuffer": bytes.slice().buffer,
    "a part of other bytes": within.subarray(4, -5),
    "a Buffer": Buffer.from(bytes),
  };
}

search("every member is what a plain reading says", 0.2, (roll) => {
  const { operation, body, expected, written } = answer(roll);
  for (const [form, given] of Object.entries(forms(body))) {
    const results = [whole(operation, given), table(operation, given)];
    for (const { ok, value } of results) {
      assert.equal(ok, true, body);
      assert.equal(value.request_id, "r");
      assert.equal(value.events.length, expected.length);
      const what = `${form}: ${body}`;
      for (const [index, event] of [...value.events].entries()) {
        const { raw, actions, ...rest } = event;
        for (const [key, member] of Object.entries(expected[index])) {
          if (member === undefined) delete expected[index][key];
        }
        assert.deepStrictEqual(rest, expected[index], what);
        assert.deepStrictEqual(Object.keys(rest.description), Object.keys(expected[index].description), what);
        assert.equal(raw, written[index], what);
        assert.equal(actions.length > 0 && rest.id === "", false);
      }
    }
    const [{ value: { events } }, { value: { events: kept } }] = results;
    assert.deepStrictEqual(kept.toArray(), events);
    assert.equal(JSON.stringify(kept), JSON.stringify(events));
    kept.filter((view, index) => {
      assert.deepStrictEqual(view.toJSON(), events[index]);
      for (const key of Object.keys(kept.at(index))) assert.deepStrictEqual(view[key], events[index][key], key);
      for (const key of MAYBE) if (!(key in events[index])) assert.equal(view[key], undefined, key);
    });
  }
});

search("damaged answers say the same in each form, and are read as what their bytes decode to", 0.4, (roll) => {
  const { operation, body } = answer(roll);
  const bytes = encoder.encode(body);
  for (let left = roll.below(3); left >= 0; left--) bytes[roll.below(bytes.length)] = roll.below(256);
  const said = (result) =>
    result.ok
      ? { ...result.value, events: [...result.value.events] }
      : result.error;
  const text = decoder.decode(bytes);
  const expected = said(whole(operation, text));
  for (const given of [bytes, text, bytes.slice().buffer]) {
    assert.deepStrictEqual(said(whole(operation, given)), expected, text);
    assert.deepStrictEqual(said(table(operation, given)), expected, text);
  }
  let read = true;
  try {
    JSON.parse(text.replace(/^\ufeff+/, ""));
  } catch {
    read = false;
  }
  assert.equal(/not JSON/.test(expected.message), !read, text);
});

const listed = (count, of = () => ({})) =>
  JSON.stringify({
    events: Array.from({ length: count }, (_, index) => ({ id: `${index}`, state: "inquiring", type: "instance-reboot", ...of(index) })),
  });

test("a table counts, filters and picks", () => {
  const states = ["inquiring", "completed", "INQUIRING", "odd"];
  const body = listed(400, (index) => ({
    state: states[index % 4],
    type: index < 200 ? "instance-reboot" : `made-up-${index}`,
    source: index % 2 ? { type: "platform" } : null,
  }));
  const { events } = table(LIST, body).value;
  assert.equal(events.length, 400);
  assert.deepEqual([...events.count("state.kind")], [["inquiring", 200], ["completed", 100], ["other", 100]]);
  assert.deepEqual([...events.count("state.raw")], states.map((state) => [state, 100]));
  assert.deepEqual([...events.count("source")], [["platform", 200]]);
  assert.deepEqual([...events.count("level")], []);
  assert.equal(events.count("type.raw").size, 201);
  assert.deepEqual([...events.count("type.kind")], [["reboot", 200], ["other", 200]]);
  assert.deepEqual([...events.count("id")], []);
  const places = [];
  const late = events.filter(({ id, state }, index) => {
    places.push(index);
    return state.kind === "other" && Number(id) > 390;
  });
  assert.equal(places.at(-1), 399);
  assert.deepEqual(Array.from(late, ({ id }) => id), ["391", "395", "399"]);
  assert.deepEqual([...late.count("source")], [["platform", 3]]);
  assert.equal(late.filter(({ id }) => id === "395").at(0).id, "395");
  assert.deepEqual([late.at(-1).id, late.at(3), late.at(-4)], ["399", undefined, undefined]);
  assert.equal(late.toArray()[0].id, "391");
  assert.equal(inspect(late.at(0)), inspect(late.toArray()[0]));
  assert.match(inspect(late), /id: '399'/);
});

test("names of every kind are found again, however many there are", () => {
  const name = (index) => `${"ab"[index % 2]}${"x".repeat(index % 7)}${index % 150}`;
  const body = listed(3000, (index) => ({ type: name(index), state: name(index * 7), source: { type: name(index * 3) } }));
  const { events } = table(LIST, body).value;
  for (const [index, { type, state, source }] of [...events].entries()) {
    assert.deepEqual([type.raw, state.raw, source], [name(index), name(index * 7), name(index * 3)]);
  }
  const counts = events.count("type.raw");
  assert.equal([...counts.values()].reduce((sum, count) => sum + count), 3000);
  assert.equal(counts.get("a0"), [...events].filter(({ type }) => type.raw === "a0").length);
});

test("a table is of a list alone; what else is wrong is told as ever", () => {
  const refused = parseEvents("AcceptScheduledEvent", { id: "1", not_before: "now" }, { status: 200 });
  assert.deepEqual(refused.issues.map(({ location, code, allowed }) => [location, code, allowed]), [
    ["operation", "unknown_value", operations().filter((name) => /^(List|Describe)/.test(name))],
  ]);
  assert.equal(parseEvents(LIST, { limit: 0 }, { status: 200 }).issues[0].code, "out_of_range");
  assert.equal(parseEvents(LIST, {}, { status: 1 }).issues[0].location, "response.status");
  assert.equal(parseEvents(LIST, {}, { status: 200, body: 5 }).issues[0].location, "response.body");
  assert.equal(parseEvents(LIST, {}, { status: 429, body: '{"error_code":"APIGW.0308"}' }).error.class, "throttled");
});

test("an event is an event to the rules, and so is a table of them", () => {
  const body = listed(1, () => ({ id: "1", instance_id: "i-1", description: '{"en-us":"a"}' }));
  const judged = (events) =>
    validate("UpdateScheduledEvent", { id: "1", not_before: "2030-01-01T00:00:00Z" }, { now: 0, events }).issues;
  const { events } = whole(LIST, body).value;
  assert.deepEqual(judged(events).map(({ code }) => code), ["action_state_unverified"]);
  assert.deepEqual(judged(table(LIST, body).value.events), judged(events));
});

test("an event is an object like any other; what several share is frozen", () => {
  const body = listed(3, (index) => ({ id: `${index % 2}`, description: '{"en-us":"a"}' }));
  const { events } = whole(LIST, body).value;
  const [one, two, again] = events;
  assert.equal(Object.getPrototypeOf(one), Object.prototype);
  assert.deepStrictEqual({ ...one }, one);
  assert.deepStrictEqual(structuredClone(events), events);
  assert.deepStrictEqual(JSON.parse(JSON.stringify(events)), events);
  assert.notDeepStrictEqual(one, two);
  assert.deepEqual({ ...one, raw: "" }, { ...again, raw: "" });
  one.account = "changed";
  assert.equal(again.account, "a");
  for (const change of [
    () => (one.state.raw = "changed"),
    () => (one.description["en-us"] = "changed"),
    () => one.actions.push({}),
    () => (one.actions[0].action = "changed"),
  ]) assert.throws(change, TypeError);
});

test("tables are compared by their events, and a proxy may stand for one", () => {
  const of = (count) => table(LIST, listed(count)).value.events;
  assert.deepStrictEqual(of(3), of(3));
  assert.notDeepStrictEqual(of(3), of(2));
  assert.notDeepStrictEqual(of(3), of(3).filter(({ id }) => id !== "1"));
  const proxy = new Proxy(of(3), {});
  assert.deepEqual([proxy.length, proxy.at(-1).id, proxy.filter(() => true).count("type.kind")], [3, "2", new Map([["reboot", 3]])]);
  assert.equal(JSON.stringify(proxy), JSON.stringify(of(3)));
});

test("what `parseResponse` read is its own, whatever becomes of the bytes", () => {
  const bytes = encoder.encode(listed(2, () => ({ description: '{"en-us":"a"}' })));
  const { events } = whole(LIST, bytes).value;
  bytes.fill(0);
  assert.deepEqual(events.map(({ id, description }) => [id, description]), [["0", { "en-us": "a" }], ["1", { "en-us": "a" }]]);
});

test("bytes of another realm and of shared memory are bytes", () => {
  const body = listed(3);
  const shared = new Uint8Array(new SharedArrayBuffer(body.length));
  shared.set(encoder.encode(body));
  const foreign = runInNewContext("(text) => Uint8Array.from(text, (unit) => unit.charCodeAt(0))")(body);
  for (const given of [shared, foreign, foreign.buffer]) {
    assert.equal(whole(LIST, given).value.events[2].id, "2");
    assert.equal(table(LIST, given).value.events.at(2).id, "2");
  }
});
