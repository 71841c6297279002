// The events of a page, made of the numbers that the module hands out (see `events.rs`) and of the
// answer's own text.
import { up } from "./instance.mjs";

/** So many numbers are an event; a text is two, where it begins and how long it is. */
const WORDS = 24;
const RAW = 0;
const ID = 2;
const RESOURCE = 4;
const TYPE = 6;
const STATE = 7;
const LEVEL = 8;
const SOURCE = 9;
const DESCRIPTION = 10;
const PUBLISHED = 12;
const NOT_BEFORE = 14;
const NOT_AFTER = 16;
const DEADLINE = 18;
const STARTED = 20;
const FINISHED = 22;

/** So many descriptions are kept: what befalls a region is told in the same words of each event. */
const KEPT = 64;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What was read of an answer, and the answer itself: its text, or its bytes until somebody asks. */
class Source {
  #body;
  #ens;
  /** What may be done, by type and by state. */
  #offers = [];
  /** Locales and texts in turns, by the description that has them. */
  #descriptions = new Map();

  constructor(listed, body) {
    this.words = listed.words;
    this.listed = listed;
    this.#body = listed.text ?? body;
    this.#ens = listed.provider === "ens";
    // Views share them.
    this.types = listed.types.map((raw, index) => Object.freeze({ raw, kind: listed.kinds[index] }));
    this.states = listed.states.map((raw, index) => Object.freeze({ raw, kind: listed.stateKinds[index] }));
  }

  /** The text whose numbers stand there. */
  text(at) {
    const { words, listed } = this;
    const from = words[at];
    const to = from + words[at + 1];
    if (from >= listed.end) return listed.extra.substring(from - listed.end, to - listed.end);
    if (typeof this.#body !== "string") this.#body = decoder.decode(this.#body);
    return this.#body.substring(from, to);
  }

  time(at) {
    return this.words[at + 1] === 0 ? undefined : this.text(at);
  }

  name(names, at) {
    return names[this.words[at] - 1];
  }

  actions(at) {
    if (this.words[at + ID + 1] === 0) return [];
    const type = this.words[at + TYPE];
    const state = this.words[at + STATE];
    const offers = ((this.#offers[type] ??= [])[state] ??= up().offers(
      this.#ens,
      this.types[type].raw,
      this.states[state].raw,
    ));
    const actions = [];
    for (let place = 0; place < offers.length; place += 3) {
      actions.push({ action: offers[place], applies: offers[place + 1], data_loss: offers[place + 2] });
    }
    return actions;
  }

  description(at) {
    const told = this.text(at + DESCRIPTION);
    let texts = this.#descriptions.get(told);
    if (texts === undefined) {
      texts = up().describe(this.#ens, told);
      if (this.#descriptions.size < KEPT) this.#descriptions.set(told, texts);
    }
    const description = {};
    for (let place = 0; place < texts.length; place += 2) {
      // A locale may have any name, and none of them is a setter.
      Object.defineProperty(description, texts[place], {
        value: texts[place + 1],
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return description;
  }
}

/** An event of an answer; a member is made when it is looked at. */
class EventView {
  // For logs: a minifier gives the class another.
  static name = "EventView";
  #source;
  #at;
  #description;

  constructor(source, at) {
    this.#source = source;
    this.#at = at;
  }

  get account() {
    return this.#source.listed.account;
  }
  get provider() {
    return this.#source.listed.provider;
  }
  get id() {
    return this.#source.text(this.#at + ID);
  }
  get resource_id() {
    return this.#source.text(this.#at + RESOURCE);
  }
  get type() {
    return this.#source.types[this.#source.words[this.#at + TYPE]];
  }
  get state() {
    return this.#source.states[this.#source.words[this.#at + STATE]];
  }
  get level() {
    return this.#source.name(this.#source.listed.levels, this.#at + LEVEL);
  }
  get published_at() {
    return this.#source.time(this.#at + PUBLISHED);
  }
  get not_before() {
    return this.#source.time(this.#at + NOT_BEFORE);
  }
  get not_after() {
    return this.#source.time(this.#at + NOT_AFTER);
  }
  get deadline() {
    return this.#source.time(this.#at + DEADLINE);
  }
  get started_at() {
    return this.#source.time(this.#at + STARTED);
  }
  get finished_at() {
    return this.#source.time(this.#at + FINISHED);
  }
  get description() {
    return (this.#description ??= this.#source.description(this.#at));
  }
  get source() {
    return this.#source.name(this.#source.listed.sources, this.#at + SOURCE);
  }
  get raw() {
    return this.#source.text(this.#at + RAW);
  }
  get actions() {
    return this.#source.actions(this.#at);
  }

  /** All of it as a plain object. */
  toJSON() {
    const event = {};
    for (const key of MEMBERS) {
      const value = this[key];
      if (value !== undefined) event[key] = value;
    }
    event.type = { ...event.type };
    event.state = { ...event.state };
    event.description = { ...event.description };
    return event;
  }

  /** For Node's `console.log`. */
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.toJSON();
  }
}

/** In the order in which an event is written. */
const MEMBERS = Object.keys(Object.getOwnPropertyDescriptors(EventView.prototype)).filter(
  (key) => key !== "constructor" && key !== "toJSON",
);

/** A page's events in a list. */
export function toEvents(packed, body) {
  const source = new Source(packed, body);
  const events = new Array(packed.words.length / WORDS);
  for (let index = 0; index < events.length; index++) events[index] = new EventView(source, index * WORDS);
  return events;
}

/** A page's events as a table. */
export function toTable(packed, body) {
  const places = new Uint32Array(packed.words.length / WORDS);
  for (let index = 0; index < places.length; index++) places[index] = index * WORDS;
  return new EventTable(new Source(packed, body), places);
}

/** Events of a page, of which nothing is made before it is looked at. */
class EventTable {
  static name = "EventTable";
  #source;
  #places;

  constructor(source, places) {
    this.#source = source;
    this.#places = places;
  }

  get length() {
    return this.#places.length;
  }

  at(index) {
    const place = this.#places.at(index);
    return place === undefined ? undefined : new EventView(this.#source, place);
  }

  *[Symbol.iterator]() {
    for (const place of this.#places) yield new EventView(this.#source, place);
  }

  filter(keep) {
    const kept = this.#places.filter((place, index) => keep(new EventView(this.#source, place), index));
    return new EventTable(this.#source, kept);
  }

  count(by) {
    const { words } = this.#source;
    const [column, names] = columnOf(this.#source, by);
    const numbers = new Uint32Array(names.length);
    for (const place of this.#places) numbers[words[place + column]]++;
    const counts = new Map();
    names.forEach((name, index) => {
      if (name === undefined || numbers[index] === 0) return;
      counts.set(name, numbers[index] + (counts.get(name) ?? 0));
    });
    return counts;
  }

  toArray() {
    return Array.from(this, (event) => event.toJSON());
  }

  toJSON() {
    return this.toArray();
  }

  [Symbol.for("nodejs.util.inspect.custom")]() {
    return this.toArray();
  }
}

/** Where a column's number stands, and what each number means. */
function columnOf({ types, states, listed }, by) {
  switch (by) {
    case "type.raw":
      return [TYPE, types.map(({ raw }) => raw)];
    case "type.kind":
      return [TYPE, types.map(({ kind }) => kind)];
    case "state.raw":
      return [STATE, states.map(({ raw }) => raw)];
    case "state.kind":
      return [STATE, states.map(({ kind }) => kind)];
    case "level":
      return [LEVEL, [undefined, ...listed.levels]];
    case "source":
      return [SOURCE, [undefined, ...listed.sources]];
    default:
      return [0, []];
  }
}
