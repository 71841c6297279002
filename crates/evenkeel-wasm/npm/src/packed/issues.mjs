// Makes issues of the numbers that a check hands out, when somebody looks at them.
import { INSPECT } from "../inspect.mjs";
import { memory } from "../instance.mjs";
import {
  COUNT_AT,
  ERROR,
  INSTANT,
  ISSUES_AT,
  LENGTH_AT,
  LIST,
  MEMBERS_AT,
  NUMBER,
  NUMBER_AT,
  ODD,
  PATTERN,
  REFUSED,
  REFUSED_AT,
  SMALL,
  TEXT,
  WORD,
} from "./layout/issues.mjs";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** One thing that is wrong. What can be told from the rest is told when it is asked for. */
export class Issue {
  // For logs: a minifier gives the class another.
  static name = "Issue";
  #made = true;

  /** Whether a value is one of ours; no trap of its own is sprung by that. */
  static made(value) {
    return typeof value === "object" && value !== null && #made in value;
  }

  constructor(path, code, severity) {
    this.path = path;
    this.code = code;
    this.severity = severity;
  }

  get pointer() {
    return this.path
      .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
      .join("");
  }

  get location() {
    return this.path
      .map((step, depth) => (typeof step === "number" ? `[${step}]` : depth > 0 ? `.${step}` : step))
      .join("");
  }

  /** All of it as a plain object. */
  toJSON() {
    const { path, code, severity, nearest, ...data } = this;
    const { pointer, location, message } = this;
    return {
      path,
      pointer,
      location,
      code,
      ...data,
      severity,
      ...(nearest === undefined ? {} : { nearest }),
      ...(message === undefined ? {} : { message }),
    };
  }

  [INSPECT]() {
    return this.toJSON();
  }
}

/** Words of the program, by their address in its memory, where they stay. */
const known = new Map();

let words;
let at;

function text(bytes, from, length) {
  return decoder.decode(new Uint8Array(bytes, from, length));
}

function word(length) {
  const address = words[at++];
  const hit = known.get(address);
  // One word may be the beginning of another.
  if (hit !== undefined && hit.length === length) return hit;
  const read = text(memory(), address, length);
  known.set(address, read);
  return read;
}

function value() {
  const head = words[at++];
  const count = head >>> LENGTH_AT;
  switch (head & ((1 << LENGTH_AT) - 1)) {
    case WORD:
      return word(count);
    case SMALL:
      return count;
    case TEXT: {
      const from = words.byteOffset + 4 * at;
      at += (count + 3) >>> 2;
      return text(words.buffer, from, count);
    }
    case NUMBER:
      return wide();
    case INSTANT:
      return new Date(wide()).toISOString().replace(".000Z", "Z");
    case LIST: {
      const list = new Array(count);
      for (let index = 0; index < count; index++) list[index] = value();
      return list;
    }
  }
}

function wide() {
  const low = words[at++];
  return low + 4294967296 * (words[at++] | 0);
}

/** Whether a check refuses its input. */
export const isRefused = (packed) => packed[REFUSED_AT] === REFUSED;

/** How many issues a check has. */
export const countOf = (packed) => packed[COUNT_AT];

/** The issues of a check, in its order. */
export function unpack(packed) {
  words = packed;
  at = ISSUES_AT;
  const issues = new Array(countOf(packed));
  const patterns = [];
  for (let index = 0; index < issues.length; index++) {
    const head = words[at++];
    if (head & ODD) {
      const code = value();
      const path = value();
      const nearest = value();
      const data = [];
      for (let left = head >>> MEMBERS_AT; left > 0; left--) data.push(value(), value());
      const pattern = { list: path[0], field: path[2], code, severity: head & ERROR ? "error" : "warning", nearest, data };
      keepShape(pattern);
      if (head & PATTERN) patterns.push(pattern);
      issues[index] = made(path, pattern);
    } else {
      const pattern = patterns[head >>> NUMBER_AT];
      const { list, field } = pattern;
      const place = words[at++];
      issues[index] = made(field === undefined ? [list, place] : [list, place, field], pattern);
    }
  }
  words = undefined;
  return issues;
}

/**
 * An issue of each shape, with nothing in it. An engine forgets a shape when the last issue that has it
 * is gone, and with it all that it has compiled for them.
 */
const shapes = { bare: new Map(), near: new Map() };

function keepShape({ code, severity, nearest, data }) {
  const kept = nearest === undefined ? shapes.bare : shapes.near;
  if (kept.has(code)) return;
  const empty = data.map((entry, place) => (place % 2 === 0 ? entry : null));
  kept.set(code, made([], { code, severity, nearest: nearest && "", data: empty }));
}

function made(path, { code, severity, nearest, data }) {
  const issue = new Issue(path, code, severity);
  for (let place = 0; place < data.length; place += 2) {
    const value = data[place + 1];
    // Whoever changes a list changes it in one issue alone.
    issue[data[place]] = Array.isArray(value) ? [...value] : value;
  }
  if (nearest !== undefined) issue.nearest = nearest;
  return issue;
}
