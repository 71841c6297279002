// Values for the fields of every operation: right, nearly right, and anything at all. Each is made
// anew, so that what is made twice from one seed is alike and shares nothing.
export const NOW = Date.parse("2026-11-22T12:00:00Z");
const HOUR = 3_600_000;

const TEXTS = [
  "", " ", "e-1", "i-1", "now", "é", "事件", "😀", "😀😀😀😀😀😀😀", "\ud800", "a\udc00b", "\u0000", "\n", "\u007f",
  "\u0085", "\u2028", '"', "\\", "</script>", "__proto__", "null", "1795368600000", "e-1\u0000",
];
const NUMBERS = [
  0, -0, 1, -1, 1.5, -0.5, 1e-7, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e21,
  1.7e308, 5e-324, 999_999_999, 1_000_000_000, 99_999_999_999, 100_000_000_000, 253402300799999, 253402300800000,
];

/** What JSON cannot say. */
const UNSPEAKABLE = [
  () => 10n,
  () => ({ at: [10n] }),
  () => {
    const cyclic = { list: [] };
    cyclic.list.push(cyclic);
    return cyclic;
  },
  () => Object.defineProperty({}, "odd", { get: sprung, enumerable: true }),
  () => ({ toJSON: sprung }),
  () => new Proxy({}, { ownKeys: sprung }),
  () => new Proxy([1], { get: sprung }),
];
function sprung() {
  throw new Error("sprung");
}

/** A value that has no business anywhere; `depth` bounds what is within. */
export function any(dice, depth = 3) {
  const kinds = [
    () => dice.pick(TEXTS),
    () => dice.pick(NUMBERS),
    () => dice.pick([true, false, null, undefined]),
    () => Symbol("odd"),
    () => function odd() {},
    () => new String(dice.pick(TEXTS)),
    () => new Number(dice.pick(NUMBERS)),
    () => new Boolean(dice.once(2)),
    () => new Date(dice.pick([0, NOW + HOUR, NaN])),
    () => new Map([["EventId", "e-1"]]),
    () => /./,
    () => new Uint8Array(2),
    () => ({ toJSON: () => dice.pick(TEXTS) }),
    () => ({ toJSON: dice.pick(TEXTS) }),
    () => ({ toJSON: (key) => key }),
    () => Object.create(null),
    () => dice.pick(UNSPEAKABLE)(),
    () => nested(dice.pick([1, 5, 60, 61, 62, 63, 64, 65, 70])),
    () => (depth > 0 ? [any(dice, depth - 1), any(dice, depth - 1)] : []),
    () => (depth > 0 ? { [key(dice)]: any(dice, depth - 1) } : {}),
  ];
  return dice.pick(kinds)();
}

/** Arrays in arrays: the reader knows a depth at which it stops. */
function nested(levels) {
  let value = [];
  for (let level = 1; level < levels; level++) value = level % 2 ? { a: value } : [value];
  return value;
}

/** A key that no field has, or that one nearly has. */
export const key = (dice) =>
  dice.pick([
    "EventID", "eventId", "ResourceId ", "PlanTimes", "DataPolcy", "password", "event_infos", "ids", "not_befor",
    "limits", "__proto__", "constructor", "toString", "hasOwnProperty", "length", "0", "7", "", "é", "密", "😀",
    "\ud800", 'a"b', "a\nb", "toJSON2", "x".repeat(200),
  ]);

const id = (prefix) => (dice) =>
  dice.pick([
    // A few, so that they stand twice; white space around them is no difference.
    () => `${prefix}${dice.below(4)}`,
    () => `${prefix}${dice.below(4)}`,
    () => `${prefix}${dice.below(1e6).toString(36)}`,
    () => ` ${prefix}${dice.below(4)}`,
    () => `${prefix}${dice.below(4)}${dice.pick([" ", "\t", "\n", "\u0085", "\u2003", "\ufeff", "\u200b"])}`,
    () => prefix,
    () => prefix + dice.pick(TEXTS),
    () => prefix + "x".repeat(dice.pick([125, 126, 127])),
    () => prefix + "é".repeat(dice.pick([125, 126, 127])),
    () => prefix + "😀".repeat(dice.pick([62, 63, 64, 125, 126, 127])),
    () => dice.pick([".", "..", "a,b", "e-", "i-", "E-1", "x-1"]),
  ])();

const planTime = (dice) =>
  dice.pick([
    () => NOW + HOUR + dice.below(1e6),
    () => NOW + HOUR + dice.below(1e6),
    () => NOW + dice.below(3) - 1,
    () => Math.floor(NOW / 1000) + dice.below(1e5),
    () => dice.pick(NUMBERS),
    () => String(NOW + HOUR),
    () => NOW + HOUR + 0.5,
  ])();

const password = (dice) =>
  dice.pick([
    () => "Correct7horse",
    () => "Correct7horse",
    () => dice.pick(["Aa345678", "Aa34567", `Aa3${"x".repeat(27)}`, `Aa3${"x".repeat(28)}`]),
    () => dice.pick(["aaaaaaa1", "AAAAAAA1", "Aaaaaaaa", "ÄÄÄÄÄÄÄÄ", "Aa3密码密码密", "Aa3😀😀😀😀😀", "Aa3😀😀😀😀", "12345678"]),
    () => `Aa3${dice.pick(TEXTS)}${dice.pick(TEXTS)}xxxx`,
  ])();

const word =
  (...words) =>
  (dice) =>
    dice.once(6) ? dice.pick(["", "Immediate", "immediatly", "abandom", "é", ...TEXTS]) : dice.pick(words);
const list = (of) => (dice) => Array.from({ length: dice.below(4) }, () => of(dice));
const integer = (dice) => (dice.once(3) ? dice.pick(NUMBERS) : dice.below(102));
const time = (dice) =>
  dice.pick(["now", "2026-11-23T00:00:00Z", "2026-11-22T12:00:00Z", "2001-01-01T00:00:00Z", "2026-11-23T00:00:00+00:00", "2026-02-30T00:00:00Z", "2026-11-23 00:00:00", ...TEXTS]);

/** The fields of an item of a batch. */
export const ITEM = {
  EventId: id("e-"),
  ResourceId: id("i-"),
  OpsType: word("immediate", "scheduled"),
  PlanTime: planTime,
  PlanUtcTime: any,
  DataPolicy: word("abandon", "try_transfer", "force_transfer"),
  Password: password,
};

/** The fields of the operations that take no items. */
export const FIELDS = {
  DescribeHistoryEvents: {
    EventTypes: list(word("Instance:SystemUpgrade.Migrate", "Disk:Stalled")),
    EventStatus: list(word("Inquiring", "Executed")),
    EventLevels: list(word("CRITICAL", "WARN")),
    ResourceIds: list(id("i-")),
    PageNumber: integer,
    PageSize: integer,
  },
  ListScheduledEvents: {
    limit: integer,
    marker: id("m-"),
    id: id(""),
    instance_id: id(""),
    type: list(word("instance-reboot", "system-maintenance")),
    state: list(word("inquiring", "completed")),
    publish_since: time,
    publish_until: time,
  },
  AcceptScheduledEvent: { id: id(""), not_before: time },
  UpdateScheduledEvent: { id: id(""), not_before: time },
};
