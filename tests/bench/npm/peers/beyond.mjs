// The rules that no schema tells: a time that has passed, an event that stands twice. People write
// them as a loop beside the schema, or hang it into the schema where the library has a place for it.
import { NOW } from "../drafts.mjs";

/** By the clock in a program; here the time that the drafts were made for. */
export const isAhead = (millis) => millis > NOW;

/** Tells of each item whose event stands in the batch already. */
export function repeats(items, tell) {
  const seen = new Map();
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (typeof item?.EventId !== "string" || typeof item.ResourceId !== "string") continue;
    const resource = item.ResourceId.trim();
    const event = item.EventId.trim();
    const resources = seen.get(event);
    if (resources === undefined) seen.set(event, resource);
    else if (resources === resource || (resources instanceof Set && resources.has(resource))) tell(index);
    else if (resources instanceof Set) resources.add(resource);
    else seen.set(event, new Set([resources, resource]));
  }
}
