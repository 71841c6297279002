// Packs a batch's items without JSON. Each member is read once, as `JSON.stringify` would take it; what that takes
// in a way of its own (`toJSON`, classes, objects in place of texts, halves of surrogate pairs) is left to it.
import {
  END,
  EVENT_ID,
  FIELD_DATA_POLICY,
  FIELD_EVENT_ID,
  FIELD_OPS_TYPE,
  FIELD_PASSWORD,
  FIELD_PLAN_TIME,
  FIELD_PLAN_UTC_TIME,
  FIELD_RESOURCE_ID,
  LONG,
  NO_WORD,
  NUMBER,
  OBJECT,
  OPS_TYPE_AT,
  OPS_TYPE_IMMEDIATE,
  OPS_TYPE_NAMES,
  OPS_TYPE_SCHEDULED,
  OTHER,
  PASSWORD,
  PLAN_TIME,
  POLICY_ABANDON,
  POLICY_FORCE_TRANSFER,
  POLICY_NAMES,
  POLICY_TRY_TRANSFER,
  RESOURCE_ID,
  TEXT,
  TEXT_WORD,
  TYPE_BOOLEAN,
  TYPE_NULL,
  TYPE_NUMBER,
  TYPE_STRING,
  UNKNOWN,
} from "./layout/input.mjs";

const IMMEDIATE = OPS_TYPE_NAMES[OPS_TYPE_IMMEDIATE];
const SCHEDULED = OPS_TYPE_NAMES[OPS_TYPE_SCHEDULED];
const ABANDON = POLICY_NAMES[POLICY_ABANDON];
const TRY_TRANSFER = POLICY_NAMES[POLICY_TRY_TRANSFER];
const FORCE_TRANSFER = POLICY_NAMES[POLICY_FORCE_TRANSFER];

/** What an item takes at most; keys that are no fields take this once more, each. */
const ITEM = 128;
/** A text longer than this is encoded before it grows further. */
const CHUNK = 8192;
/** What is kept from call to call; more is let go. */
const KEPT = 1 << 22;

const encoder = new TextEncoder();
let shape = new Uint8Array(1 << 14);
let numbers = new DataView(shape.buffer);
let at = 0;
let texts = new Uint8Array(1 << 16);
let end = 0;
let chunks = [];
/** Somebody's getter may check something of its own meanwhile. */
let busy = false;

const plain = Object.prototype;

/** Packs parameters; nothing where JSON has to do it. */
export function pack(params) {
  // Somebody's additions to every object would be keys of every item.
  for (const _ in plain) return;
  if (busy || !isPlain(params)) return;
  let items;
  for (const key in params) {
    if (key !== "EventInfos") return;
    items = params.EventInfos;
  }
  if (!Array.isArray(items) || items.toJSON !== undefined) return;
  at = end = 0;
  chunks = [];
  let written = false;
  busy = true;
  try {
    written = write(items);
  } finally {
    busy = false;
    if (!written) forget();
  }
  return written ? { shape: shape.subarray(0, at), texts: texts.subarray(0, end), chunks } : undefined;
}

/** Lets go of what was written, passwords among it. */
export function forget() {
  if (shape.length > KEPT) {
    shape = new Uint8Array(1 << 14);
    numbers = new DataView(shape.buffer);
  }
  if (texts.length > KEPT) texts = new Uint8Array(1 << 16);
  else texts.fill(0, 0, end);
  chunks = [];
}

function isPlain(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== plain && (prototype !== null || isOdd(value))) return false;
  return value.toJSON === undefined;
}

/** Whether JSON sees something else in an object than its members: a boxed value, raw JSON. */
const isOdd = (value) => plain.toString.call(value) !== "[object Object]" || JSON.isRawJSON?.(value) === true;

/** Whether a field is not there, for JSON. */
const isAbsent = (value) => value === undefined || typeof value === "symbol";

/** Writes items; false where JSON has to do it. */
function write(items) {
  const { length } = items;
  // A growing text costs nearly nothing until it is encoded.
  let text = "";
  for (let index = 0; index < length; index++) {
    if (at + ITEM > shape.length) growShape(at + ITEM);
    if (text.length > CHUNK) {
      if (!encode(text)) return false;
      text = "";
    }
    const item = items[index];
    if (!isPlain(item)) {
      const type = typeOf(item);
      if (type < 0 || (type === TYPE_STRING && !isWellFormed(item))) return false;
      shape[at++] = OTHER;
      shape[at++] = type;
      continue;
    }
    let event, resource, ops, plan, utc, policy, password, odd;
    for (const key in item) {
      const value = item[key];
      switch (key) {
        case "EventId":
          event = value;
          break;
        case "ResourceId":
          resource = value;
          break;
        case "OpsType":
          ops = value;
          break;
        case "PlanTime":
          plan = value;
          break;
        case "PlanUtcTime":
          utc = value;
          break;
        case "DataPolicy":
          policy = value;
          break;
        case "Password":
          password = value;
          break;
        default:
          if (!isAbsent(value)) (odd ??= []).push(key, value);
      }
    }
    // Nearly all are forms: see there.
    const opsCode = codeOfOps(ops);
    const policyCode = codeOfPolicy(policy);
    if (
      opsCode >= 0 &&
      policyCode >= 0 &&
      (event === undefined || isShort(event)) &&
      (resource === undefined || isShort(resource)) &&
      (password === undefined || isShort(password)) &&
      (plan === undefined || isNumber(plan)) &&
      utc === undefined &&
      odd === undefined
    ) {
      const head = at;
      at += 2;
      let fields = opsCode << OPS_TYPE_AT;
      if (event !== undefined) {
        fields |= EVENT_ID;
        shape[at++] = event.length;
        text += event;
      }
      if (resource !== undefined) {
        fields |= RESOURCE_ID;
        shape[at++] = resource.length;
        text += resource;
      }
      if (opsCode === TEXT_WORD) {
        shape[at++] = ops.length;
        text += ops;
      }
      if (plan !== undefined) {
        fields |= PLAN_TIME;
        numbers.setFloat64(at, plan, true);
        at += 8;
      }
      if (policyCode === TEXT_WORD) {
        shape[at++] = policy.length;
        text += policy;
      }
      if (password !== undefined) {
        fields |= PASSWORD;
        shape[at++] = password.length;
        text += password;
      }
      shape[head] = fields;
      shape[head + 1] = policyCode;
      continue;
    }
    const values = [];
    values[FIELD_EVENT_ID] = event;
    values[FIELD_RESOURCE_ID] = resource;
    values[FIELD_OPS_TYPE] = ops;
    values[FIELD_PLAN_TIME] = plan;
    values[FIELD_PLAN_UTC_TIME] = utc;
    values[FIELD_DATA_POLICY] = policy;
    values[FIELD_PASSWORD] = password;
    const written = members(values, odd);
    if (written === undefined) return false;
    text += written;
  }
  return encode(text);
}

const isShort = (value) => typeof value === "string" && value.length < LONG;
const isNumber = (value) => typeof value === "number" && value - value === 0;

/** The code of a word; -1 where it is none that a form has. */
function codeOfOps(word) {
  if (word === IMMEDIATE) return OPS_TYPE_IMMEDIATE;
  if (word === SCHEDULED) return OPS_TYPE_SCHEDULED;
  return codeOfAny(word);
}

function codeOfPolicy(word) {
  if (word === TRY_TRANSFER) return POLICY_TRY_TRANSFER;
  if (word === FORCE_TRANSFER) return POLICY_FORCE_TRANSFER;
  if (word === ABANDON) return POLICY_ABANDON;
  return codeOfAny(word);
}

const codeOfAny = (word) => (word === undefined ? NO_WORD : isShort(word) ? TEXT_WORD : -1);

/** Writes an item that is no form; its text, none where JSON has to do it. */
function members(values, odd) {
  let text = "";
  shape[at++] = OBJECT;
  for (let place = 0; odd && place < odd.length; place += 2) {
    const key = odd[place];
    const value = odd[place + 1];
    // It is not written, and yet it must be a text.
    if (typeof value === "string" ? !isWellFormed(value) : typeOf(value) < 0) return;
    if (at + ITEM > shape.length) growShape(at + ITEM);
    shape[at++] = UNKNOWN;
    size(key.length);
    text += key;
  }
  for (let field = 0; field < values.length; field++) {
    const value = values[field];
    if (isAbsent(value)) continue;
    const type = typeOf(value);
    if (type < 0) return;
    shape[at++] = field;
    if (type === TYPE_STRING) {
      shape[at++] = TEXT;
      size(value.length);
      text += value;
    } else if (type === TYPE_NUMBER) {
      shape[at++] = NUMBER;
      numbers.setFloat64(at, value, true);
      at += 8;
    } else shape[at++] = type;
  }
  shape[at++] = END;
  return text;
}

/** The type of a value, as JSON has it; -1 of what is an object. */
function typeOf(value) {
  switch (typeof value) {
    case "string":
      return TYPE_STRING;
    case "number":
      return isNumber(value) ? TYPE_NUMBER : TYPE_NULL;
    case "boolean":
      return TYPE_BOOLEAN;
    case "undefined":
    case "symbol":
      return TYPE_NULL;
    default:
      return value === null ? TYPE_NULL : -1;
  }
}

function size(length) {
  if (length < LONG) {
    shape[at++] = length;
    return;
  }
  shape[at] = LONG;
  numbers.setUint32(at + 1, length, true);
  at += 5;
}

/** Appends a text in UTF-8; false where it has half of a surrogate pair. */
function encode(text) {
  if (end + 3 * text.length > texts.length) growTexts(end + 3 * text.length);
  const { written } = encoder.encodeInto(text, texts.subarray(end));
  end += written;
  chunks.push(text);
  return written === text.length || isWellFormed(text);
}

/** Whether a text has no half of a surrogate pair. */
const isWellFormed = (text) => (text.isWellFormed ? text.isWellFormed() : !/\p{Surrogate}/u.test(text));

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

/** The parameters again, of packed ones that were accepted: as they are sent, keys in alphabetical order. */
export function restore(shape, chunks) {
  const numbers = new DataView(shape.buffer, shape.byteOffset);
  let at = 0;
  let place = 0;
  let chunk = 0;
  const text = (length) => {
    // An item's texts are in one chunk.
    while (place === chunks[chunk].length && length > 0) {
      chunk++;
      place = 0;
    }
    return chunks[chunk].slice(place, (place += length));
  };
  const short = () => text(shape[at++]);
  const long = () => {
    if (shape[at] !== LONG) return short();
    at += 5;
    return text(numbers.getUint32(at - 4, true));
  };
  const number = () => {
    at += 8;
    // `-0` is 0.
    return numbers.getFloat64(at - 8, true) + 0;
  };
  const word = (code, words) => (code === TEXT_WORD ? short() : words[code]);
  const EventInfos = [];
  while (at < shape.length) {
    let EventId, ResourceId, OpsType, PlanTime, DataPolicy, Password;
    const head = shape[at++];
    if (head === OBJECT) {
      const values = [];
      while (shape[at] !== END) {
        const field = shape[at++];
        const type = shape[at++];
        // What is neither, the provider reserves: it is not sent.
        if (type === TEXT) values[field] = long();
        else if (type === NUMBER) values[field] = number();
      }
      at++;
      EventId = values[FIELD_EVENT_ID];
      ResourceId = values[FIELD_RESOURCE_ID];
      OpsType = values[FIELD_OPS_TYPE];
      PlanTime = values[FIELD_PLAN_TIME];
      DataPolicy = values[FIELD_DATA_POLICY];
      Password = values[FIELD_PASSWORD];
    } else {
      const policy = shape[at++];
      EventId = short();
      ResourceId = short();
      OpsType = word(head >> OPS_TYPE_AT, OPS_TYPE_NAMES);
      if (head & PLAN_TIME) PlanTime = number();
      DataPolicy = word(policy, POLICY_NAMES);
      if (head & PASSWORD) Password = short();
    }
    const info = {};
    if (DataPolicy !== undefined) info.DataPolicy = DataPolicy;
    info.EventId = EventId;
    info.OpsType = OpsType;
    if (Password !== undefined) info.Password = Password;
    if (PlanTime !== undefined) info.PlanTime = PlanTime;
    info.ResourceId = ResourceId;
    EventInfos.push(info);
  }
  return { EventInfos };
}
