// A list of Huawei's events as the cloud sends it.
import { random } from "./support/random.mjs";

export const OPERATION = "ListScheduledEvents";
export const TYPES = ["instance-reboot", "instance-stop", "instance-migrate", "instance-redeploy", "localdisk-recovery", "system-maintenance"];
export const STATES = ["inquiring", "scheduled", "executing", "completed", "failed", "canceled"];
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
