// Answers of lists: as the clouds write them, as they might, and as nobody should. With each comes what
// a plain reading of its JSON makes of it.

const KINDS = {
  "instance-reboot": "reboot",
  "instance-migrate": "migrate",
  "localdisk-recovery": "disk_recovery",
  "Instance:SystemUpgrade.Migrate": "migrate",
  "Disk:Stalled": "disk",
};
const STATES = ["inquiring", "SCHEDULED", "executing", "completed", "Failed", "canceled", "pondering"];
const TEXTS = ["", "i-1", " i-1\n", "\u00a0é\u3000", "密码", "😀😀", "a\"b\\c\u0001\u007f", "\ud800x", "x\udc00", "__proto__", "e-12345678-90ab"];
const TIMES = {
  "2026-11-24T01:30:00Z": "2026-11-24T01:30:00Z",
  "2024-02-29T23:59:59Z": "2024-02-29T23:59:59Z",
  "2026-11-24T01:30:00.25+08:00": "2026-11-23T17:30:00.250Z",
  "2026-11-24 01:30:00z": "2026-11-24T01:30:00Z",
  "2026-02-29T00:00:00Z": undefined,
  "2026-11-24T24:00:00Z": undefined,
  "2026-11-24T01:30:0:Z": undefined,
  "２026-11-24T01:30:0": undefined,
  soon: undefined,
};

const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, "\ufffd");
const own = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
const pick = (dice, list) => list[dice.below(list.length)];

/** A value of any type, as JSON has it. */
const odd = (dice) => pick(dice, [null, true, 7, -12, [], {}, ["x"], { type: 5 }, ...TEXTS]);

/** A text of one of these, or, now and then, of any type. */
const some = (dice, list) => (dice.once(8) ? odd(dice) : pick(dice, list));

const DESCRIPTIONS = {
  '{"en-us":"a","zh-cn":"密😀"}': { "en-us": "a", "zh-cn": "密😀" },
  '{"en-us":"a","en-us":"\\ud83d\\ude00\\"","x":1}': { "en-us": '😀"' },
  '\ufeff{"__proto__":"p"}': JSON.parse('{"__proto__":"p"}'),
  "{broken": { und: "{broken" },
  "{}": { und: "{}" },
  "": {},
};

function huawei(dice) {
  return {
    id: some(dice, TEXTS),
    instance_id: some(dice, TEXTS),
    type: some(dice, Object.keys(KINDS)),
    state: some(dice, STATES),
    publish_time: some(dice, Object.keys(TIMES)),
    start_time: some(dice, Object.keys(TIMES)),
    finish_time: dice.once(2) ? null : some(dice, Object.keys(TIMES)),
    not_before: some(dice, Object.keys(TIMES)),
    not_after: some(dice, Object.keys(TIMES)),
    not_before_deadline: some(dice, Object.keys(TIMES)),
    description: dice.once(4) ? { "en-us": pick(dice, TEXTS), x: odd(dice) } : some(dice, Object.keys(DESCRIPTIONS)),
    source: dice.once(4) ? odd(dice) : { type: some(dice, ["platform", "customer"]), host_id: "h" },
  };
}

function ens(dice) {
  return {
    EventId: some(dice, TEXTS),
    ResourceId: some(dice, TEXTS),
    EventType: some(dice, Object.keys(KINDS)),
    EventStatus: some(dice, STATES),
    EventLevel: some(dice, ["CRITICAL", "WARN"]),
    PublishTime: some(dice, [0, 1742452232000, "1742452232001", "x", null]),
    PublishUtcTime: some(dice, Object.keys(TIMES)),
    NotBefore: dice.once(2) ? undefined : 1742452232000,
    NotBeforeUtcTime: some(dice, Object.keys(TIMES)),
    Reason: some(dice, TEXTS),
  };
}

const asText = (value) =>
  typeof value === "number" ? String(value) : typeof value === "string" ? wellFormed(value) : undefined;

const time = (value) => (typeof value === "string" ? own(TIMES, value) : undefined);

function millis(value, text) {
  const number =
    typeof value === "number" ? value
    : typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value)
    : undefined;
  // A number this small, 0 among them, is no time.
  return number === undefined || number < 1e11 ? time(text) : new Date(number).toISOString().replace(".000Z", "Z");
}

function texts(object) {
  const told = {};
  for (const [locale, text] of Object.entries(object)) {
    if (typeof text !== "string") continue;
    Object.defineProperty(told, locale, { value: wellFormed(text), enumerable: true, configurable: true, writable: true });
  }
  return told;
}

function described(value) {
  if (typeof value === "string") return own(DESCRIPTIONS, value) ?? { und: wellFormed(value) };
  return typeof value === "object" && value !== null && !Array.isArray(value) ? texts(value) : {};
}

const names = (type = "", state = "") => {
  const lower = state.toLowerCase();
  const known = STATES.some((name) => name.toLowerCase() === lower && lower !== "pondering");
  return { type: { raw: type, kind: own(KINDS, type) ?? "other" }, state: { raw: state, kind: known ? lower : "other" } };
};

/** What an event is to become, but for `raw` and `actions`. */
const EXPECTED = {
  ListScheduledEvents: (event) => ({
    account: "a",
    provider: "huawei-ecs",
    id: (asText(event.id) ?? "").trim(),
    resource_id: (asText(event.instance_id) ?? "").trim(),
    ...names(asText(event.type), asText(event.state)),
    published_at: time(event.publish_time),
    not_before: time(event.not_before),
    not_after: time(event.not_after),
    deadline: time(event.not_before_deadline),
    started_at: time(event.start_time),
    finished_at: time(event.finish_time),
    description: described(event.description),
    source: asText(event.source?.type),
  }),
  DescribeHistoryEvents: (event) => ({
    account: "a",
    provider: "ens",
    id: (asText(event.EventId) ?? "").trim(),
    resource_id: (asText(event.ResourceId) ?? "").trim(),
    ...names(asText(event.EventType), asText(event.EventStatus)),
    level: asText(event.EventLevel),
    published_at: millis(event.PublishTime, event.PublishUtcTime),
    not_before: millis(event.NotBefore, event.NotBeforeUtcTime),
    description: asText(event.Reason) ? { und: asText(event.Reason) } : {},
  }),
};

/** A list's answer: its operation, its body, and what its events are to become. */
export function answer(dice) {
  const [operation, key, made] = dice.once(2)
    ? ["ListScheduledEvents", "events", huawei]
    : ["DescribeHistoryEvents", "Events", ens];
  const events = [];
  for (let left = dice.below(5); left > 0; left--) {
    const event = Object.fromEntries(dice.shuffled(Object.entries(made(dice)).filter(() => !dice.once(9))));
    events.push(dice.once(20) ? odd(dice) : event);
  }
  const written = events.map((event) => {
    let json = JSON.stringify(event, null, dice.below(3));
    // As a writer that keeps to ASCII has it.
    if (dice.once(2)) json = json.replace(/[^\0-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return json;
  });
  const twice = dice.once(10) ? `"${key}":[{"id":"no","EventId":"no"}],` : "";
  const mark = dice.once(10) ? "\ufeff" : "";
  return {
    operation,
    // What the engine writes has no halves of pairs; what a cloud escapes may.
    body: `${mark}{${twice}"odd":"é","${key}":[${written.join(",")}],"RequestId":"r"}`,
    events,
    written: written.map(wellFormed),
    expected: events.map((event) => EXPECTED[operation](event ?? {})),
  };
}
