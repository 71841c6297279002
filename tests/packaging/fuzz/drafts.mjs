// Drafts of every operation: valid ones, and ones that are broken in every way.
import { array, object } from "./exotic.mjs";
import { FIELDS, ITEM, any, key } from "./values.mjs";

const MIGRATE = "BatchEventMigrateInstance";
const BATCHES = [MIGRATE, "BatchEventRedeployInstance", "BatchEventRebootInstance"];

/** An operation with parameters. `tame` ones are what JSON can hold, and nothing else. */
export function draft(dice, tame = false) {
  const operation = dice.once(4) ? dice.pick(Object.keys(FIELDS)) : dice.pick([MIGRATE, MIGRATE, ...BATCHES]);
  const dress = tame ? { object: (_, members) => Object.fromEntries(members), array: (_, items) => items } : { object, array };
  const calm = dice.once(3);
  if (FIELDS[operation]) {
    const made = calm ? RIGHT[operation](dice) : members(dice, FIELDS[operation], tame);
    return { operation, params: dress.object(dice, made) };
  }
  if (!tame && dice.once(40)) return { operation, params: any(dice) };
  // What JSON cannot say spoils a draft as a whole: of a long list nearly all is right.
  const [length, odd] = dice.once(40) ? [300, 150] : [dice.below(6), 2];
  const items = Array.from({ length }, () =>
    calm || !dice.once(odd)
      ? dress.object(dice, right(dice, operation))
      : item(dice, dress, tame),
  );
  const root = [["EventInfos", !tame && !calm && dice.once(30) ? any(dice) : dress.array(dice, items)]];
  if (!calm && dice.once(8)) root.push([key(dice), tame ? 1 : any(dice)]);
  if (dice.once(30)) root.length = 0;
  return { operation, params: dress.object(dice, dice.shuffled(root)) };
}

function item(dice, dress, tame) {
  if (!tame && dice.once(15)) return any(dice);
  return dress.object(dice, members(dice, ITEM, tame));
}

/** The members of parameters that nothing is wrong with. */
const RIGHT = {
  DescribeHistoryEvents: (dice) => [["EventTypes", ["Disk:Stalled"]], ["PageSize", 1 + dice.below(100)]],
  ListScheduledEvents: (dice) => [["limit", 1 + dice.below(100)], ["state", ["inquiring"]], ["marker", "密"]],
  AcceptScheduledEvent: (dice) => [["id", `${dice.below(100)}`], ["not_before", "now"]],
  UpdateScheduledEvent: (dice) => [["not_before", "2026-11-23T00:00:00Z"], ["id", `${dice.below(100)}`]],
};

/** The members of an item that nothing is wrong with. */
function right(dice, operation) {
  const at = 1795435200000 + dice.below(1e9);
  const from = dice.pick([3, 1e6, 1e6, 1e6]);
  const made = [
    ["EventId", `e-${dice.below(from).toString(36)}`],
    ["ResourceId", `i-${dice.below(from).toString(36)}`],
    ...(dice.once(2) ? [["OpsType", "scheduled"], ["PlanTime", at]] : [["OpsType", "immediate"]]),
  ];
  if (operation === MIGRATE) {
    made.push(["DataPolicy", dice.pick(["abandon", "try_transfer", "force_transfer"])]);
    if (made[2][1] === "immediate") made.push(["Password", "Correct7horse"]);
  }
  return dice.once(2) ? made : dice.shuffled(made);
}

/** Some of the fields, some with a value of another's, and maybe a key that is none. */
function members(dice, fields, tame) {
  const made = [];
  for (const [name, value] of Object.entries(fields)) {
    if (dice.once(6)) continue;
    const odd = !tame && dice.once(8);
    made.push([name, odd || (tame && value === any) ? (tame ? null : any(dice)) : value(dice)]);
  }
  if (dice.once(4)) made.push([key(dice), tame ? "x" : any(dice)]);
  return dice.once(2) ? made : dice.shuffled(made);
}
