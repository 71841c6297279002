// Whatever stands in whatever place, a call gives a value.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import * as evenkeel from "evenkeel";

const { buildRequest, message, operations, parseEvents, parseResponse, validate, validateJson } = evenkeel;

const trap = () => {
  throw new Error("sprung");
};
const traps = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((name) => [name, trap]),
);
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const revokedFunction = () => {
  const { proxy, revoke } = Proxy.revocable(function () {}, {});
  revoke();
  return proxy;
};
const throwing = (...names) =>
  Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { get: trap, enumerable: true }])),
  );
const cyclic = { list: [] };
cyclic.list.push(cyclic);
let deep = [];
for (let level = 0; level < 20_000; level++) deep = [deep];
const detached = new Uint8Array([123, 125]);
structuredClone(detached, { transfer: [detached.buffer] });
class Liar extends Uint8Array {
  get length() {
    throw new Error("sprung");
  }
}
const shadowed = new Uint8Array([123, 125]);
Object.defineProperty(shadowed, "length", { get: trap });
Object.defineProperty(shadowed, Symbol.iterator, { get: trap });

const hostile = {
  undefined: undefined,
  null: null,
  true: true,
  NaN: NaN,
  Infinity: Infinity,
  "a BigInt": 10n,
  "a symbol": Symbol("odd"),
  "a string": "odd",
  "half of a pair": "\ud800",
  "a function": () => {},
  "a class": class Odd {},
  "a getter that throws": throwing(
    "now", "events", "account", "project_id", "status", "headers", "body", "path", "code",
    "message", "allowed", "id", "EventInfos",
  ),
  "toJSON that throws": { toJSON: trap },
  "toString that throws": { toString: trap, valueOf: trap, [Symbol.toPrimitive]: trap },
  "a tag that throws": Object.defineProperty({}, Symbol.toStringTag, { get: trap }),
  "an iterator that throws": { [Symbol.iterator]: trap },
  "an iterator of oddities": { *[Symbol.iterator]() { yield* [1, null, revoked(), throwing("0")]; } },
  "an iterator without end": { *[Symbol.iterator]() { for (;;) yield ["a", "b"]; } },
  "an iterator that is none": { [Symbol.iterator]: 5 },
  "a proxy that throws": new Proxy({}, traps),
  "a proxy of a function that throws": new Proxy(function () {}, traps),
  "a revoked proxy": revoked(),
  "a revoked proxy of a function": revokedFunction(),
  "a proxy of a Date": new Proxy(new Date(0), {}),
  "an object that refers to itself": cyclic,
  "an object inside of a BigInt": { EventInfos: [{ PlanTime: 10n }] },
  "arrays 20,000 deep": deep,
  "a sparse array": Array(3),
  "an array that is long": Object.assign([], { length: 500 }),
  "an object of no prototype": Object.create(null),
  "a false Date": Object.create(Date.prototype),
  "an invalid Date": new Date(NaN),
  "a false Uint8Array": Object.create(Uint8Array.prototype),
  "a Uint8Array that lies": new Liar(2),
  "a Uint8Array with a trap": shadowed,
  "a Uint8Array without its bytes": detached,
  "a false ArrayBuffer": { [Symbol.toStringTag]: "ArrayBuffer", length: 2 ** 53 },
  "a Map": new Map([["id", "1"]]),
  "a Promise": Promise.resolve({}),
  "a WeakRef": new WeakRef({}),
  "a regular expression": /./,
  "a number in a box": new Number(5),
  "a text in a box": new String("{}"),
  globalThis,
};

/** An answer of ours, and one that has no trap in it any more. */
function assertAnswer(answer, what) {
  assert.equal(typeof answer?.ok, "boolean", what);
  if (answer.ok === false && answer.error === undefined) {
    assert.ok(answer.issues.length > 0, what);
    for (const issue of answer.issues) {
      assert.equal(typeof issue.message, "string", what);
      assert.ok(issue.message !== "" && Array.isArray(issue.path), what);
    }
  }
  JSON.stringify(answer);
}

for (const [what, value] of Object.entries(hostile)) {
  test(`no call throws for ${what}, wherever it stands`, () => {
    const name = "AcceptScheduledEvent";
    const params = { id: "1", not_before: "now" };
    const response = { status: 200 };
    const answers = {
      "as the operation": [
        validate(value, params),
        validateJson(value, "{}"),
        buildRequest(value, params),
        parseResponse(value, params, response),
        parseEvents(value, params, response),
      ],
      "as the parameters": [
        ...operations().flatMap((name) => [validate(name, value), validateJson(name, value)]),
        buildRequest(name, value),
        parseResponse(name, value, response),
      ],
      "as a parameter": ["id", "not_before", "EventInfos", "type", "odd", "__proto__"].flatMap(
        (key) => operations().map((name) => validate(name, { [key]: value })),
      ),
      "as an item": [validate("BatchEventRebootInstance", { EventInfos: [value] })],
      "as the options": [
        validate(name, params, value),
        validateJson(name, "{}", value),
        buildRequest(name, params, value),
        parseResponse(name, params, response, value),
      ],
      "as an option": ["now", "events", "account", "project_id", "odd"].flatMap((key) => [
        validate(name, params, { [key]: value }),
        parseResponse(name, params, response, { [key]: value }),
      ]),
      "as a known event": [
        validate(name, params, { events: [value] }),
        validate(name, params, { events: [{ account: value }] }),
      ],
      "as the answer": [
        parseResponse(name, params, value),
        parseResponse("ListScheduledEvents", {}, value),
        parseEvents("ListScheduledEvents", {}, value),
      ],
      "in the answer": ["status", "headers", "body"].flatMap((key) =>
        [parseResponse, parseEvents].map((parse) =>
          parse("ListScheduledEvents", {}, { ...response, [key]: value }),
        ),
      ),
      "as a header": [
        parseResponse(name, params, { status: 200, headers: { a: value } }),
        parseResponse(name, params, { status: 200, headers: [value, ["a", value]] }),
      ],
    };
    for (const [where, list] of Object.entries(answers)) {
      for (const answer of list) assertAnswer(answer, `${what} ${where}`);
    }
    assert.equal(typeof message(value), "string");
    assert.equal(typeof message({ path: [], code: "missing" }, value), "string");
    for (const key of ["code", "path", "message", "assumed"]) {
      assert.equal(typeof message({ path: [], code: "missing", [key]: value }), "string");
    }
  });
}

test("a call without arguments gives a value", () => {
  for (const call of [validate, validateJson, buildRequest, parseResponse, parseEvents]) assertAnswer(call());
  assert.equal(message(), "");
});

test("what throws while it is read leaves nothing behind", () => {
  for (let round = 0; round < 1000; round++) {
    validate("AcceptScheduledEvent", { toJSON: trap }, throwing("now"));
  }
  assert.equal(validate("AcceptScheduledEvent", { id: "1", not_before: "now" }).ok, true);
});

test("an option that is misspelled or of another type is an issue that says so", () => {
  const params = { id: "1", not_before: "now" };
  const of = (options) => {
    const { ok, issues } = validate("AcceptScheduledEvent", params, options);
    assert.equal(ok, false);
    return issues.map(({ location, code, nearest }) => [location, code, nearest]);
  };
  assert.deepEqual(of({ event: [] }), [["options.event", "unknown_field", "events"]]);
  assert.deepEqual(of({ account: 5 }), [["options.account", "wrong_type", undefined]]);
  assert.deepEqual(of({ events: {} }), [["options.events", "wrong_type", undefined]]);
  assert.deepEqual(of({ events: [{}] }), [["options.events[0]", "wrong_type", undefined]]);
  assert.deepEqual(of({ now: NaN }), [["options.now", "malformed_time", undefined]]);
  assert.deepEqual(of({ now: null }), [["options.now", "malformed_time", undefined]]);
  assert.deepEqual(of({ now: new Date(NaN) }), [["options.now", "malformed_time", undefined]]);
  assert.deepEqual(of({ now: () => 0 }), [["options.now", "malformed_time", undefined]]);
  assert.deepEqual(of({ project_id: "../x" }), [["options.project_id", "invalid_id", undefined]]);
  assert.deepEqual(of(5), [["options", "wrong_type", undefined]]);
});

test("options may come from a class, a getter or another realm", () => {
  const params = { id: "1", not_before: "2001-01-01T00:00:00Z" };
  class Settings {
    get now() {
      return new Date(0);
    }
  }
  const foreign = runInNewContext("({ now: new Date(0) })");
  for (const options of [new Settings(), foreign, { now: 0 }, { now: "1970-01-01T00:00:00Z" }]) {
    assert.equal(validate("UpdateScheduledEvent", params, options).ok, true);
  }
  assert.equal(validate("UpdateScheduledEvent", params).issues[0].code, "in_the_past");
});

test("bytes may come from another realm, as a Buffer, a view or a whole buffer", () => {
  const text = '{"id":"1","not_before":"now"}';
  const bytes = new TextEncoder().encode(text);
  const foreign = runInNewContext("Uint8Array");
  const padded = new Uint8Array([0, ...bytes, 0]).subarray(1, -1);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  for (const json of [text, bytes, Buffer.from(text), new foreign(bytes), padded, bytes.buffer, shared]) {
    assert.equal(validateJson("AcceptScheduledEvent", json).ok, true);
  }
  const other = validateJson("AcceptScheduledEvent", new Uint16Array(2));
  assert.equal(other.issues[0].code, "wrong_type");
});

test("what pretends to be bytes is not asked for them", () => {
  const bytes = new TextEncoder().encode('{"id":"1","not_before":"now"}');
  for (const name of ["ArrayBuffer", "Uint8Array"]) {
    const lie = Object.assign({ [Symbol.toStringTag]: name, length: bytes.length }, bytes);
    const { issues } = validateJson("AcceptScheduledEvent", lie);
    assert.deepEqual(issues.map(({ code, found }) => [code, found]), [["wrong_type", "object"]]);
  }
  const result = validateJson("AcceptScheduledEvent", Object.defineProperty(bytes, "slice", { value: trap }));
  bytes.fill(0);
  assert.equal(result.value.id, "1");
});

test("an issue that was given a getter that throws has no text", () => {
  const { issues } = validate("AcceptScheduledEvent", {});
  Object.defineProperty(issues[0], "odd", { enumerable: true, get: trap });
  assert.equal(message(issues[0]), "");
  assert.equal(message(issues[1]), "choose one: without it the cloud takes `now`");
});

test("a call that meets the end of the stack spoils none after it", () => {
  const item = { EventId: "e-1", ResourceId: "i-1", OpsType: "immediate" };
  const name = "BatchEventRebootInstance";
  const endless = {
    toJSON() {
      validate(name, endless, { now: 1 });
      return { EventInfos: [item] };
    },
  };
  // Each leaves a little of the module's own stack taken, were the module kept.
  for (let round = 0; round < 400; round++) validate(name, endless, { now: 1 });
  for (const options of [{ now: 1 }, { now: 1, account: "a" }]) {
    assert.deepEqual(validate(name, { EventInfos: [item] }, options).value, { EventInfos: [item] });
  }
  assert.equal(validate(name, { EventInfos: [{ ...item, OpsType: "later" }] }).issues[0].message, "must be one of `immediate`, `scheduled`");
});

test("parameters are taken as JSON takes them", () => {
  class Accept {
    id = "1";
    not_before = undefined;
    #hidden = 1;
    get odd() {
      return this.#hidden;
    }
  }
  const { issues } = validate("AcceptScheduledEvent", new Accept());
  assert.deepEqual(issues.map(({ location, code }) => [location, code]), [["not_before", "missing"]]);
  const at = { toJSON: () => "now" };
  assert.equal(validate("AcceptScheduledEvent", { id: "1", not_before: at }).ok, true);
  const sparse = validate("BatchEventRebootInstance", { EventInfos: Array(2) });
  assert.deepEqual(
    sparse.issues.map(({ location, found }) => [location, found]),
    [["EventInfos[0]", "null"], ["EventInfos[1]", "null"]],
  );
});

test("answers come in one shape of error, as events or as outcomes", () => {
  const item = { EventId: "e-1", ResourceId: "i-1", OpsType: "immediate" };
  const act = (response) =>
    parseResponse("BatchEventRebootInstance", { EventInfos: [item] }, response);
  const list = (response) => parseResponse("ListScheduledEvents", {}, response);
  const body = JSON.stringify({ Code: "NoPermission", Message: "Permission denied." });
  const refused = act({ status: 400, body, headers: new Headers({ "x-acs-request-id": "R" }) });
  assert.deepEqual(refused, {
    ok: true,
    value: {
      outcomes: [
        {
          event_id: "e-1", resource_id: "i-1", outcome: "rejected",
          code: "NoPermission", message: "Permission denied.", request_id: "R",
        },
      ],
      error: { status: 400, class: "denied", code: "NoPermission", message: "Permission denied.", request_id: "R" },
    },
  });
  for (const body of ['{"error_msg":"m","error_code":"APIGW.0301"}', '{"error":{"code":"APIGW.0301","message":"m"}}', '{"badRequest":{"code":"APIGW.0301","message":"m"}}']) {
    assert.deepEqual(list({ status: 401, body }), {
      ok: false,
      error: { status: 401, class: "credentials", code: "APIGW.0301", message: "m" },
    });
  }
  const odd = list({ status: 502, body: "<html>", headers: { "Retry-After": "7", "x-request-id": "R" } });
  const message = "the cloud's answer is not JSON (line 1, column 1: expected a value)";
  assert.deepEqual(odd.error, {
    status: 502, class: "unavailable", code: null, message, request_id: "R", retry_after_ms: 7000,
  });
  assert.equal(list({ status: 200, body: "" }).error.class, null);
  assert.deepEqual(list({ status: 200, body: '{"error_code":"APIGW.0308","error_msg":"m"}' }), {
    ok: false,
    error: { status: 200, class: "throttled", code: "APIGW.0308", message: "m" },
  });
  const lost = act({ status: 503, body: "", headers: { "Retry-After": "7" } });
  assert.equal(lost.value.outcomes[0].outcome, "unknown");
  assert.equal(lost.value.error.class, "unavailable");
  assert.equal(lost.value.error.retry_after_ms, 7000);
  assert.deepEqual(list({ status: 200, body: '{"events":[]}' }), {
    ok: true,
    value: { events: [], next: null, total: null, request_id: null },
  });
  assert.deepEqual(list({ status: 20 }).issues[0].code, "out_of_range");
});

test("an issue has its text in English and in Chinese, also after JSON", () => {
  const { issues } = validate("BatchEventMigrateInstance", {
    EventInfos: [{ EventId: "x", OpsType: "now", Password: "a" }],
  });
  assert.ok(issues.length > 4);
  for (const issue of issues) {
    assert.equal(message(issue), issue.message);
    assert.equal(message(issue, "fr"), issue.message);
    assert.match(message(JSON.parse(JSON.stringify(issue)), "zh-CN"), /\p{Script=Han}/u);
  }
  assert.equal(message({ message: "not ours" }, "zh"), "not ours");
});
