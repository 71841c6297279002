// What every runtime runs: a call of each function, and what has to come out.

const NOW = "2026-11-22T12:00:00Z";
const MIGRATE = "BatchEventMigrateInstance";
const PROJECT = "0123456789abcdef0123456789abcdef";

const flawed = {
  EventInfos: [
    { EventId: "e-1", ResourceId: "x", OpsType: "scheduled", PlanTime: 1795368600, Password: "Aa345678" },
  ],
};
const valid = {
  EventInfos: [
    { EventId: "e-1", ResourceId: "i-1", OpsType: "immediate", DataPolicy: "abandon", Password: "Aa345678!" },
  ],
};
const refusal = JSON.stringify({ RequestId: "r-1", Code: "Throttling.User", Message: "wait" });

const list = JSON.stringify({
  events: [{ id: "7f1c", type: "instance-stop", state: "completed", description: '{"zh-cn":"停机"}' }],
});
// Not by TextEncoder, which jsdom does not have.
const encode = (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (byte) => byte.charCodeAt(0));
const bytes = encode(list);

const codes = ({ ok, issues }) => [ok, ...issues.map(({ code }) => code)].join(" ");

export function example({ operations, validate, validateJson, buildRequest, parseEvents, parseResponse }) {
  const options = { now: NOW };
  return {
    operations: operations().length,
    object: codes(validate(MIGRATE, flawed, options)),
    nearest: validate(MIGRATE, flawed, options).issues.find(({ nearest }) => nearest)?.nearest,
    text: codes(validateJson(MIGRATE, JSON.stringify(valid), options)),
    bytes: codes(validateJson(MIGRATE, encode('{"EventInfos":[]}'), options)),
    // Without a time it is now, by the clock of the runtime.
    clock: codes(validate("UpdateScheduledEvent", { id: "1", not_before: "2001-01-01T00:00:00Z" })),
    request: buildRequest("AcceptScheduledEvent", { id: "7f1c", not_before: "now" }, { project_id: PROJECT })
      .value?.path,
    refusal: parseResponse(MIGRATE, valid, { status: 400, body: refusal }).error?.class,
    events: parseResponse("ListScheduledEvents", {}, { status: 200, body: list }).value?.events,
    counts: [...(parseEvents("ListScheduledEvents", {}, { status: 200, body: bytes }).value?.events.count("state.kind") ?? [])],
  };
}

/** The same of `evenkeel/validate`, which has the checks alone. */
export function checksExample({ operations, validate, validateJson }) {
  const nothing = () => ({});
  const made = example({
    operations,
    validate,
    validateJson,
    buildRequest: nothing,
    parseEvents: nothing,
    parseResponse: nothing,
  });
  const { request, refusal, events, counts, ...checks } = made;
  return checks;
}

export const expected = {
  operations: 13,
  object: "false invalid_id looks_like_seconds missing password_with_scheduled",
  nearest: 1795368600000,
  text: "true loses_data",
  bytes: "false no_items",
  clock: "false in_the_past",
  request: `/v3/${PROJECT}/instance-scheduled-events/7f1c/actions/accept`,
  refusal: "throttled",
  events: [
    {
      account: "", provider: "huawei-ecs", id: "7f1c", resource_id: "",
      type: { raw: "instance-stop", kind: "stop" }, state: { raw: "completed", kind: "completed" },
      description: { "zh-cn": "停机" },
      raw: JSON.stringify(JSON.parse(list).events[0]),
      actions: [],
    },
  ],
  counts: [["completed", 1]],
};

const { request: _request, refusal: _refusal, events: _events, counts: _counts, ...checks } = expected;
export const checksExpected = checks;
