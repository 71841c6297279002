// `validate` and `validateJson`: the usual case takes a short way to the same rules.
import { bytesOf } from "./bytes.mjs";
import { call } from "./instance.mjs";
import { forget, pack, restore } from "./packed/input.mjs";
import { countOf, isRefused, unpack } from "./packed/issues.mjs";

/** Fewer issues than this are made into objects at once: a getter costs more. */
const FEW = 8;

let names;

function indexOf(operation) {
  names ??= call("operations");
  return names.indexOf(operation);
}

/** The time, where the options say no more than that; NaN where they do, or where it seems to be in seconds. */
function timeOf(options) {
  if (options === undefined) return Date.now();
  if (typeof options !== "object" || options === null) return NaN;
  if (Object.getPrototypeOf(options) !== Object.prototype) return NaN;
  const keys = Reflect.ownKeys(options);
  const time = keys.length === 1 && keys[0] === "now" ? options.now : NaN;
  if (typeof time !== "number" || !Number.isFinite(time)) return NaN;
  return time >= 1e9 && time < 1e11 ? NaN : time;
}

export function validate(operation, params, options) {
  const index = indexOf(operation);
  let written;
  try {
    const now = index < 0 ? NaN : timeOf(options);
    if (now === now) written = pack(params);
    if (written) {
      const { shape, texts, chunks } = written;
      const packed = call("checkPacked", index, shape, texts, now);
      if (isRefused(packed)) return result(packed);
      if (packed.length > 0) {
        const copy = shape.slice();
        return result(packed, () => restore(copy, chunks));
      }
    }
  } catch {
    // A trap of the caller's: the long way tells where.
  } finally {
    if (written) forget();
  }
  let json;
  try {
    json = JSON.stringify(params);
  } catch {
    // As above.
  }
  // What JSON cannot say is told by the same words as ever; the value itself is not read twice.
  return json === undefined
    ? result(call("checkValue", operation, typeof params === "object" ? unsayable : params, options))
    : result(call("checkJson", operation, json, options), () => accepted(operation, json));
}

/** Stands for an object of which JSON makes nothing. */
const unsayable = {
  toJSON() {
    throw new TypeError("not expressible as JSON");
  },
};

export function validateJson(operation, json, options) {
  // Read once, whatever it pretends to be: what is checked is what is accepted.
  const isObject = typeof json === "object" && json !== null;
  const bytes = isObject ? bytesOf(json) : undefined;
  const given = isObject ? (bytes ?? noBytes) : json;
  const index = indexOf(operation);
  if (index >= 0) {
    let now = NaN;
    try {
      now = timeOf(options);
    } catch {
      // A trap of the caller's: the long way tells where.
    }
    const known = now === now ? (bytes ?? encoded(given)) : undefined;
    if (known?.length > 0) return judged(call("checkBytes", index, known, now), operation, given);
  }
  return judged(call("checkJson", operation, given, options), operation, given);
}

/** Stands for an object that has no bytes. */
const noBytes = Object.freeze({});
const encoder = new TextEncoder();

/** The bytes of a text without halves of surrogate pairs. */
function encoded(given) {
  return typeof given === "string" && given.isWellFormed?.() ? encoder.encode(given) : undefined;
}

/** What a check of JSON found; what it accepted is a copy, as the caller's bytes may change. */
function judged(packed, operation, given) {
  if (isRefused(packed)) return result(packed);
  const copy = typeof given === "string" ? given : given.slice();
  return result(packed, () => accepted(operation, copy));
}

function accepted(operation, json) {
  return JSON.parse(call("accepted", operation, json));
}

/** What a check found, with what it accepted; both are made when they are asked for. */
function result(packed, accepted) {
  let issues = countOf(packed) < FEW ? unpack(packed) : undefined;
  const list = () => (issues ??= unpack(packed));
  if (isRefused(packed)) {
    return issues
      ? { ok: false, issues }
      : { ok: false, get issues() { return list(); } };
  }
  let value;
  return {
    ok: true,
    get value() {
      return (value ??= accepted());
    },
    get issues() {
      return list();
    },
  };
}
