// A list of Huawei's events as the cloud sends it, and what people read it with instead.
import * as z from "zod";

import { parseEvents, parseResponse } from "evenkeel";

import { random } from "./support/random.mjs";

const OPERATION = "ListScheduledEvents";
const TYPES = ["instance-reboot", "instance-stop", "instance-migrate", "instance-redeploy", "localdisk-recovery", "system-maintenance"];
const STATES = ["inquiring", "scheduled", "executing", "completed", "failed", "canceled"];
const HOUR = 3_600_000;
const text = (millis) => `${new Date(millis).toISOString().slice(0, 19)}Z`;

/** The answer's body, some 500 bytes an event. */
export function listed(count) {
  const dice = random(count);
  const hex = [..."0123456789abcdef"];
  const uuid = () => [8, 4, 4, 4, 12].map((length) => dice.text(length, hex)).join("-");
  const events = [];
  for (let index = 0; index < count; index++) {
    const at = Date.parse("2026-11-01T00:00:00Z") + dice.below(1000) * HOUR;
    const done = dice.below(2) === 0;
    events.push({
      id: uuid(),
      instance_id: uuid(),
      type: dice.pick(TYPES),
      state: done ? "completed" : dice.pick(STATES),
      publish_time: text(at - 72 * HOUR),
      start_time: done ? text(at) : null,
      finish_time: done ? text(at + HOUR) : null,
      not_before: text(at),
      not_after: text(at + 2 * HOUR),
      not_before_deadline: text(at + 48 * HOUR),
      description: JSON.stringify({ "en-us": `The host of the instance is affected by ${dice.pick(["hardware", "firmware", "network"])} maintenance` }),
      source: { type: dice.pick(["platform", "customer"]), host_id: uuid() },
    });
  }
  return new TextEncoder().encode(JSON.stringify({ events, page_info: { current_count: count } }));
}

const time = z.iso.datetime();
const answer = z.object({
  events: z.array(
    z.object({
      id: z.string(),
      instance_id: z.string(),
      type: z.enum(TYPES),
      state: z.enum(STATES),
      publish_time: time,
      start_time: time.nullable(),
      finish_time: time.nullable(),
      not_before: time,
      not_after: time,
      not_before_deadline: time,
      description: z.string(),
      source: z.object({ type: z.string(), host_id: z.string() }),
    }),
  ),
  page_info: z.object({ current_count: z.int() }),
});

const decoder = new TextDecoder();
const json = (bytes) => JSON.parse(decoder.decode(bytes));

const total = (events, of) => {
  let sum = 0;
  for (const event of events) sum += of(event);
  return sum;
};

/** As ours give an event. */
const ofEvents = {
  waiting: (events) => total(events, ({ state }) => (state.raw === "inquiring" ? 1 : 0)),
  visit: (events) =>
    total(events, ({ id, type, deadline }) => id.length + type.raw.length + deadline.length),
};

/** As the cloud spells it. */
const ofWire = {
  waiting: (events) => total(events, ({ state }) => (state === "inquiring" ? 1 : 0)),
  visit: (events) =>
    total(
      events,
      ({ id, type, not_before_deadline: deadline }) => id.length + type.length + deadline.length,
    ),
};

const ours = (parse) => (body) => parse(OPERATION, {}, { status: 200, body }).value.events;

/**
 * The forms of ours. Each reads an answer, counts the events that wait (`waiting`) and looks at
 * every event (`visit`); both must give the same numbers as those of the others.
 */
export const forms = [
  { name: "parseResponse", read: ours(parseResponse), ...ofEvents },
  {
    name: "parseEvents",
    read: ours(parseEvents),
    ...ofEvents,
    waiting: (events) => events.count("state.raw").get("inquiring") ?? 0,
  },
];

/** What people take instead. */
export const readers = [
  { name: "JSON.parse + zod", read: (bytes) => answer.parse(json(bytes)).events, ...ofWire },
  { name: "JSON.parse alone", read: (bytes) => json(bytes).events, ...ofWire },
];

/** What is done with the events. */
export const TASKS = { "every event": "visit", "a count of some": "waiting" };
