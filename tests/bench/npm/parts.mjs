// What is measured in Node and in a browser alike: a part is a table, a case is a row of it. The
// first contestant of a case is ours.
import { draft } from "./drafts.mjs";
import { TASKS, forms, readers } from "./events.mjs";
import { listed } from "./listed.mjs";
import { ofJson, ofObjects, peers } from "./peers/all.mjs";
import { quartiles, race, ratio } from "./support/race.mjs";
import { assertVerdict } from "./support/verdicts.mjs";

const SIZES = [100, 10_000];
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Keeps what is computed from being optimised away. */
let seen = 0;
const look = (path, code) => {
  seen += path.length + code.length;
};

const read =
  ({ check, each }, input) =>
  () =>
    each(check(input), look);
const leave =
  ({ check, valid }, input) =>
  () => {
    if (valid(check(input))) seen++;
  };

const bytes = (params) => encoder.encode(JSON.stringify(params));
const parsing = (peer) => ({ ...peer, check: (json) => peer.check(JSON.parse(decoder.decode(json))) });

/** The rows of a table of checks. */
function* drafts(sizes, shapes) {
  for (const form of shapes) {
    for (const items of sizes) {
      yield { items, form, state: "valid", run: read, notes: [] };
      if (form === "plain") {
        yield { items, form, state: "1 % bad", run: read, notes: [] };
        yield { items, form, state: "all bad", run: leave, notes: ["issues left unread"] };
      }
      yield { items, form, state: "all bad", run: read, notes: [] };
    }
  }
}

function checks(contestants, input, shapes) {
  return {
    against: contestants.slice(1).map(({ name }) => name),
    *cases(only) {
      for (const { items, form, state, run, notes } of drafts(only ? [only] : SIZES, shapes)) {
        const parts = [items.toLocaleString("en"), ...(form === "plain" ? [] : [form]), state, ...notes];
        const label = parts.join(", ");
        yield {
          label,
          prepare() {
            const { params, wrong } = draft(items, state, form);
            const given = input(params);
            return contestants.map((one) => {
              assertVerdict(one, given, wrong, label);
              return { name: one.name, run: run(one, given) };
            });
          },
        };
      }
    },
  };
}

const answers = {
  against: readers.map(({ name }) => name),
  *cases(only = 10_000) {
    const body = listed(only);
    const size = `${only.toLocaleString("en")} events, ${(body.length / 1e6).toFixed(1)} MB`;
    for (const form of forms) {
      for (const [task, how] of Object.entries(TASKS)) {
        const label = `${form.name}, ${size}, ${task}`;
        yield {
          label,
          prepare: () =>
            [form, ...readers].map((one) => {
              const run = () => one[how](one.read(body));
              if (run() !== readers[0][how](readers[0].read(body))) {
                throw new Error(`${one.name} is wrong about ${label}`);
              }
              return {
                name: one.name,
                run: () => {
                  seen += run();
                },
              };
            }),
        };
      }
    }
  },
};

export const PARTS = {
  "validate-json": {
    title: "`validateJson(bytes)`",
    beside: "`JSON.parse` and …",
    ...checks([ofJson, ...peers.map(parsing)], bytes, ["plain", "non-ASCII"]),
  },
  validate: {
    title: "`validate(objects)`",
    beside: "",
    ...checks([ofObjects, ...peers], (params) => params, [
      "plain",
      "shuffled keys",
      "dictionary mode",
      "non-ASCII",
    ]),
  },
  "parse-response": { title: "`parseResponse(bytes)`", beside: "", ...answers },
};

const cases = (part, items) => [...PARTS[part].cases(items)];

/** The labels of a part's cases. */
export const labels = (part, { items }) => cases(part, items).map(({ label }) => label);

/** The contestants of a case; an error where one of them is wrong. */
export const prepare = (part, label, { items }) =>
  cases(part, items).find((one) => one.label === label).prepare();

/** One case: ours in ms, and ours beside each other. */
export async function measure(part, label, { items, rounds, clock }) {
  const [ours, ...theirs] = await race(prepare(part, label, { items }), { rounds, clock });
  return { label, ms: quartiles(ours.times).median, ratios: theirs.map((one) => ratio(ours, one)) };
}
