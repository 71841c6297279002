// A batch's items written down without JSON: see `transcript.rs` of the core for what the bytes mean.
// Each member is read once, as `JSON.stringify` would take it; what that takes in a way of its own
// (`toJSON`, classes, objects in place of texts, halves of surrogate pairs) is left to it.

const TYPE_NULL = 0;
const TYPE_BOOLEAN = 1;
const TYPE_STRING = 2;
const TYPE_NUMBER = 3;
const TEXT = 0x10;
const NUMBER = 0x11;
const LONG = 0xff;
const OBJECT = 0xf0;
const OTHER = 0xf1;
const UNKNOWN = 0xfe;
const END = 0xff;

/** What an item takes at most; keys that are no fields take this once more, each. */
const ITEM = 128;
/** A text longer than this is encoded before it grows further. */
const CHUNK = 8192;
/** What is kept from call to call; more is let go. */
const KEPT = 1 << 20;

const encoder = new TextEncoder();
let shape = new Uint8Array(1 << 14);
let numbers = new DataView(shape.buffer);
let texts = new Uint8Array(1 << 16);
let end = 0;
/** Somebody's getter may check something of its own meanwhile. */
let busy = false;

const plain = Object.prototype;

/** Writes parameters down; nothing where JSON has to do it. */
export function transcribe(params) {
  // Somebody's additions to every object would be keys of every item.
  for (const _ in plain) return;
  if (busy || !isPlain(params)) return;
  let items;
  for (const key in params) {
    if (key !== "EventInfos") return;
    items = params.EventInfos;
  }
  if (!Array.isArray(items) || items.toJSON !== undefined) return;
  const kept = new Array(6 * items.length);
  let length = -1;
  busy = true;
  try {
    length = write(items, kept);
  } finally {
    busy = false;
    if (length < 0) forget();
  }
  return length < 0 ? undefined : { shape: shape.subarray(0, length), texts: texts.subarray(0, end), kept };
}

/** Lets go of what was written, passwords among it. */
export function forget() {
  if (shape.length > KEPT) {
    shape = new Uint8Array(1 << 14);
    numbers = new DataView(shape.buffer);
  }
  if (texts.length > KEPT) texts = new Uint8Array(1 << 16);
  else texts.fill(0, 0, end);
}

function isPlain(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === plain || prototype === null) && value.toJSON === undefined;
}

/** Writes items and keeps their members; the length, or -1 where JSON has to do it. */
function write(items, kept) {
  const { length } = items;
  let at = 0;
  let keep = 0;
  // A growing text costs nearly nothing until it is encoded.
  let text = "";
  end = 0;
  for (let index = 0; index < length; index++) {
    if (at + ITEM > shape.length) growShape(at + ITEM);
    if (text.length > CHUNK) {
      if (!encode(text)) return -1;
      text = "";
    }
    const item = items[index];
    if (!isPlain(item)) {
      const type = typeOf(item);
      if (type < 0) return -1;
      shape[at++] = OTHER;
      shape[at++] = type;
      continue;
    }
    shape[at++] = OBJECT;
    let event, resource, ops, plan, policy, password;
    for (const key in item) {
      const value = item[key];
      let field;
      switch (key) {
        case "EventId":
          field = 0;
          event = value;
          break;
        case "ResourceId":
          field = 1;
          resource = value;
          break;
        case "OpsType":
          field = 2;
          ops = value;
          break;
        case "PlanTime":
          field = 3;
          plan = value;
          break;
        case "PlanUtcTime":
          field = 4;
          break;
        case "DataPolicy":
          field = 5;
          policy = value;
          break;
        case "Password":
          field = 6;
          password = value;
          break;
        default: {
          // JSON leaves it out.
          if (value === undefined || typeof value === "symbol") continue;
          if (typeof value !== "string" && typeOf(value) < 0) return -1;
          if (at + ITEM > shape.length) growShape(at + ITEM);
          shape[at++] = UNKNOWN;
          at = size(at, key.length);
          text += key;
          continue;
        }
      }
      if (typeof value === "string") {
        shape[at++] = field;
        shape[at++] = TEXT;
        if (value.length < LONG) shape[at++] = value.length;
        else at = size(at, value.length);
        text += value;
      } else if (typeof value === "number" && value - value === 0) {
        shape[at++] = field;
        shape[at++] = NUMBER;
        numbers.setFloat64(at, value, true);
        at += 8;
      } else if (value !== undefined && typeof value !== "symbol") {
        const type = typeOf(value);
        if (type < 0) return -1;
        shape[at++] = field;
        shape[at++] = type;
      }
    }
    shape[at++] = END;
    kept[keep++] = event;
    kept[keep++] = resource;
    kept[keep++] = ops;
    kept[keep++] = plan;
    kept[keep++] = policy;
    kept[keep++] = password;
  }
  return encode(text) ? at : -1;
}

/** The type of a value that is no text where one should be, as JSON has it; -1 of what is an object. */
function typeOf(value) {
  switch (typeof value) {
    case "string":
      return TYPE_STRING;
    case "number":
      return value - value === 0 ? TYPE_NUMBER : TYPE_NULL;
    case "boolean":
      return TYPE_BOOLEAN;
    case "undefined":
    case "symbol":
      return TYPE_NULL;
    default:
      return value === null ? TYPE_NULL : -1;
  }
}

function size(at, length) {
  if (length < LONG) {
    shape[at] = length;
    return at + 1;
  }
  shape[at] = LONG;
  numbers.setUint32(at + 1, length, true);
  return at + 5;
}

/** Appends a text in UTF-8; false where it has half of a surrogate pair. */
function encode(text) {
  if (end + 3 * text.length > texts.length) growTexts(end + 3 * text.length);
  const { written } = encoder.encodeInto(text, texts.subarray(end));
  end += written;
  if (written === text.length) return true;
  return text.isWellFormed ? text.isWellFormed() : !/\p{Surrogate}/u.test(text);
}

function growShape(least) {
  const larger = new Uint8Array(Math.max(least, 2 * shape.length));
  larger.set(shape);
  shape = larger;
  numbers = new DataView(shape.buffer);
}

function growTexts(least) {
  const larger = new Uint8Array(Math.max(least, 2 * texts.length));
  larger.set(texts.subarray(0, end));
  texts = larger;
}

/** The parameters again, of what was kept of them: as they are sent, keys in alphabetical order. */
export function restore(kept) {
  const EventInfos = [];
  for (let at = 0; at < kept.length; at += 6) {
    const info = {};
    const policy = kept[at + 4];
    const password = kept[at + 5];
    const plan = kept[at + 3];
    if (policy !== undefined) info.DataPolicy = policy;
    info.EventId = kept[at];
    info.OpsType = kept[at + 2];
    if (password !== undefined) info.Password = password;
    // `-0` is 0.
    if (plan !== undefined) info.PlanTime = plan + 0;
    info.ResourceId = kept[at + 1];
    EventInfos.push(info);
  }
  return { EventInfos };
}
