// Makes the events of a page of the numbers that the module hands out and of the answer's own text. What many
// events say alike they share, frozen.
import { INSPECT } from "../inspect.mjs";
import { call } from "../instance.mjs";
import {
  DEADLINE,
  DESCRIPTION,
  FINISHED,
  ID,
  LEVEL,
  NOT_AFTER,
  NOT_BEFORE,
  PUBLISHED,
  RAW,
  RESOURCE,
  RESTRICTION,
  SOURCE,
  STARTED,
  STATE,
  TYPE,
  WORDS,
} from "./layout/events.mjs";

/** So many descriptions are kept: what befalls a region is told in the same words of each event. */
const KEPT = 64;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What was read of an answer, and the answer itself: its text, or its bytes until somebody asks. */
class Source {
  constructor(listed, body) {
    this.words = listed.words;
    this.listed = listed;
    this.body = listed.text ?? body;
    this.provider = listed.provider;
    this.types = listed.types.map((raw, index) => Object.freeze({ raw, kind: listed.kinds[index] }));
    this.states = listed.states.map((raw, index) => Object.freeze({ raw, kind: listed.stateKinds[index] }));
    /** What may be done, by what is against it, by type and by state. */
    this.offers = [];
    this.descriptions = new Map();
  }

  /** The text whose numbers stand there. */
  text(at) {
    const { words, listed } = this;
    const from = words[at];
    const to = from + words[at + 1];
    if (from >= listed.end) return listed.extra.substring(from - listed.end, to - listed.end);
    if (typeof this.body !== "string") this.body = decoder.decode(this.body);
    return this.body.substring(from, to);
  }

  has(at) {
    return this.words[at + 1] !== 0;
  }

  time(at) {
    return this.has(at) ? this.text(at) : undefined;
  }

  name(names, at) {
    return names[this.words[at] - 1];
  }

  actions(at) {
    if (!this.has(at + ID)) return NO_ACTIONS;
    const type = this.words[at + TYPE];
    const state = this.words[at + STATE];
    const restriction = this.words[at + RESTRICTION];
    const offers = ((this.offers[restriction] ??= [])[type] ??= []);
    const name = this.name(this.listed.restrictions, at + RESTRICTION);
    return (offers[state] ??= offered(this.provider, this.types[type], this.states[state], name));
  }

  description(at) {
    const told = this.text(at + DESCRIPTION);
    let description = this.descriptions.get(told);
    if (description === undefined) {
      description = described(this.provider, told);
      if (this.descriptions.size < KEPT) this.descriptions.set(told, description);
    }
    return description;
  }
}

const NO_ACTIONS = Object.freeze([]);

function offered(provider, type, state, restriction) {
  const offers = call("offers", provider, type.raw, state.raw, restriction);
  const actions = [];
  for (let place = 0; place < offers.length; place += 4) {
    const [action, applies, data_loss, down] = offers.slice(place, place + 4);
    actions.push(Object.freeze({ action, applies, data_loss, down }));
  }
  return Object.freeze(actions);
}

function described(provider, told) {
  const texts = call("describe", provider, told);
  const description = {};
  for (let place = 0; place < texts.length; place += 2) {
    // A locale may have any name, and none of them is a setter.
    Object.defineProperty(description, texts[place], { value: texts[place + 1], enumerable: true });
  }
  return Object.freeze(description);
}

/** An event, its members in the order in which it is written. */
function PlainEvent(source, at) {
  const { words, listed } = source;
  this.account = listed.account;
  this.provider = listed.provider;
  this.id = source.text(at + ID);
  this.resource_id = source.text(at + RESOURCE);
  this.type = source.types[words[at + TYPE]];
  this.state = source.states[words[at + STATE]];
  if (words[at + LEVEL] !== 0) this.level = source.name(listed.levels, at + LEVEL);
  if (source.has(at + PUBLISHED)) this.published_at = source.text(at + PUBLISHED);
  if (source.has(at + NOT_BEFORE)) this.not_before = source.text(at + NOT_BEFORE);
  if (source.has(at + NOT_AFTER)) this.not_after = source.text(at + NOT_AFTER);
  if (source.has(at + DEADLINE)) this.deadline = source.text(at + DEADLINE);
  if (source.has(at + STARTED)) this.started_at = source.text(at + STARTED);
  if (source.has(at + FINISHED)) this.finished_at = source.text(at + FINISHED);
  this.description = source.description(at);
  if (words[at + SOURCE] !== 0) this.source = source.name(listed.sources, at + SOURCE);
  if (words[at + RESTRICTION] !== 0) this.restriction = source.name(listed.restrictions, at + RESTRICTION);
  this.raw = source.text(at + RAW);
  this.actions = source.actions(at);
}

// An object like any other. Made by `new`, because an engine then learns how much room it takes: twice
// as fast as a literal to which some members are added.
PlainEvent.prototype = Object.prototype;

/** An event of a table while it is looked at; a member is made when it is asked for. */
class EventView {
  // For logs: a minifier gives the class another.
  static name = "EventView";
  #source;
  #at;

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
    return this.#source.description(this.#at);
  }
  get source() {
    return this.#source.name(this.#source.listed.sources, this.#at + SOURCE);
  }
  get restriction() {
    return this.#source.name(this.#source.listed.restrictions, this.#at + RESTRICTION);
  }
  get raw() {
    return this.#source.text(this.#at + RAW);
  }
  get actions() {
    return this.#source.actions(this.#at);
  }

  /** The event itself. */
  toJSON() {
    return new PlainEvent(this.#source, this.#at);
  }

  [INSPECT]() {
    return this.toJSON();
  }
}

/** A page's events in a list. */
export function toEvents(packed, body) {
  const source = new Source(packed, body);
  const events = new Array(packed.words.length / WORDS);
  for (let index = 0; index < events.length; index++) events[index] = new PlainEvent(source, index * WORDS);
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

  // Not private: a proxy stands for a table, as frameworks make them, and tables are compared.
  constructor(source, places) {
    this._source = source;
    this._places = places;
  }

  get length() {
    return this._places.length;
  }

  at(index) {
    const place = this._places.at(index);
    return place === undefined ? undefined : new PlainEvent(this._source, place);
  }

  *[Symbol.iterator]() {
    for (const place of this._places) yield new PlainEvent(this._source, place);
  }

  filter(keep) {
    const kept = this._places.filter((place, index) => keep(new EventView(this._source, place), index));
    return new EventTable(this._source, kept);
  }

  count(by) {
    const { words } = this._source;
    const [column, names] = columnOf(this._source, by);
    const numbers = new Uint32Array(names.length);
    for (const place of this._places) numbers[words[place + column]]++;
    const counts = new Map();
    names.forEach((name, index) => {
      if (name === undefined || numbers[index] === 0) return;
      counts.set(name, numbers[index] + (counts.get(name) ?? 0));
    });
    return counts;
  }

  toArray() {
    return Array.from(this);
  }

  toJSON() {
    return this.toArray();
  }

  [INSPECT]() {
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
