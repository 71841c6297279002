// What people read a list of events with instead.
import * as z from "zod";

import { parseEvents, parseResponse } from "evenkeel";

import { OPERATION, STATES, TYPES } from "./listed.mjs";

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
