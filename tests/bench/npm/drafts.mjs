// `BatchEventMigrateInstance`: made-up parameters, and which of their items are wrong.
import { random } from "./support/random.mjs";

export const OPERATION = "BatchEventMigrateInstance";
/** The time that the rules go by. */
export const NOW = Date.parse("2026-11-22T12:00:00Z");

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
const FOREIGN = [..."事件迁移维护äöüñéßжщ"];
const DAY = 24 * 60 * 60 * 1000;

/** Every way in which an item may be wrong; each takes a valid one. */
const FLAWS = [
  (item) => ({ ...item, EventId: item.EventId.slice(2) }),
  ({ EventId, ...item }) => item,
  (item) => ({ ...item, EventId: 17 }),
  (item) => ({ ...item, ResourceId: `x${item.ResourceId}` }),
  ({ ResourceId, ...item }) => item,
  (item) => ({ ...item, ResourceId: `${item.ResourceId}\n` }),
  (item) => ({ ...item, OpsType: "now" }),
  ({ OpsType, ...item }) => item,
  ({ EventId, ResourceId, DataPolicy }) => ({ EventId, ResourceId, OpsType: "scheduled", DataPolicy }),
  (item) => scheduled(item, NOW - DAY),
  (item) => scheduled(item, Math.floor(NOW / 1000) + 3600),
  (item) => scheduled(item, String(NOW + DAY)),
  (item) => scheduled(item, NOW + DAY + 0.5),
  (item) => ({ ...scheduled(item, NOW + DAY), Password: "Correct7horse" }),
  (item) => ({ ...immediate(item, "Correct7horse"), PlanTime: NOW + DAY }),
  (item) => immediate(item, "Sh0rt"),
  (item) => immediate(item, "no-upper-case-7"),
  ({ DataPolicy, ...item }) => item,
  (item) => ({ ...item, DataPolicy: "Abandon" }),
  ({ DataPolicy, ...item }) => ({ ...item, DataPolcy: DataPolicy }),
  (item, { EventId, ResourceId }) => ({ ...item, EventId, ResourceId }),
];

function scheduled({ EventId, ResourceId, DataPolicy }, PlanTime) {
  return { EventId, ResourceId, OpsType: "scheduled", PlanTime, DataPolicy };
}

function immediate({ EventId, ResourceId, DataPolicy }, Password) {
  return { EventId, ResourceId, OpsType: "immediate", DataPolicy, Password };
}

/** How much is wrong: each says whether the item is. */
export const STATES = {
  valid: () => false,
  "1 % bad": (index) => index % 100 === 99,
  "all bad": () => true,
};

/** In what form the items come, as objects. */
export const FORMS = {
  // As they come from a request or a file.
  plain: (draft) => JSON.parse(JSON.stringify(draft)),
  "shuffled keys": (draft, { shuffled }) =>
    each(draft, (item) => Object.fromEntries(shuffled(Object.entries(item)))),
  // What `delete` leaves behind, unless the key was the last.
  "dictionary mode": (draft) =>
    each(draft, (item) => {
      const made = { made: true, ...item };
      delete made.made;
      return made;
    }),
  "non-ASCII": (draft) => JSON.parse(JSON.stringify(draft)),
};

const each = ({ EventInfos }, made) => ({ EventInfos: EventInfos.map(made) });

/** A draft of so many items with the indices of the wrong ones. */
export function draft(count, state, form = "plain") {
  const dice = random(count);
  const alphabet = form === "non-ASCII" ? FOREIGN : LETTERS;
  const items = [];
  const wrong = [];
  // The last item that another can repeat.
  let earlier;
  for (let index = 0; index < count; index++) {
    const base = {
      EventId: `e-${dice.text(22, alphabet)}${index.toString(36)}`,
      ResourceId: `i-${dice.text(22, alphabet)}`,
      DataPolicy: dice.pick(["try_transfer", "force_transfer"]),
    };
    let item =
      dice.below(2) === 0
        ? scheduled(base, NOW + DAY + dice.below(30 * DAY))
        : immediate(base, `Aa7${dice.text(12, alphabet)}`);
    if (STATES[state](index)) {
      wrong.push(index);
      item = dice.pick(earlier ? FLAWS : FLAWS.slice(0, -1))(item, earlier);
    }
    if (typeof item.EventId === "string" && typeof item.ResourceId === "string") earlier = item;
    items.push(item);
  }
  return { params: FORMS[form]({ EventInfos: items }, dice), wrong };
}
