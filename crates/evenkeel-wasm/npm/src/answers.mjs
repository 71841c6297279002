// `parseResponse` and `parseEvents`: the module reads an answer, and its events are made here.
import { toEvents, toTable } from "./events.mjs";
import { unpack } from "./issues.mjs";
import { up } from "./instance.mjs";

const encoder = new TextEncoder();

export function parseResponse(operation, params, response, options) {
  const { bytes, text } = bodyOf(response);
  const known = text !== undefined;
  const result = withIssues(up().parseResponse(operation, params, response, options, bytes, known, false));
  if (result.ok && result.value.events) result.value.events = toEvents(result.value.events, text);
  return result;
}

export function parseEvents(operation, params, response, options) {
  const { bytes, text } = bodyOf(response);
  const body = text ?? bytes;
  const known = body !== undefined;
  const result = withIssues(up().parseResponse(operation, params, response, options, bytes, known, true));
  if (result.ok) result.value.events = toTable(result.value.events, body);
  return result;
}

/** What the module hands out in a list of one. */
export function withIssues([result]) {
  if (result.issues) result.issues = unpack(result.issues);
  return result;
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const tag = getter(typedArray, Symbol.toStringTag);
const buffer = getter(typedArray, "buffer");
const byteOffset = getter(typedArray, "byteOffset");
const byteLength = getter(typedArray, "byteLength");
const bufferLength = getter(ArrayBuffer.prototype, "byteLength");

/** Reads what is inside, whatever an object's own members say. */
function getter(prototype, name) {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name);
  return (value) => Reflect.apply(get, value, []);
}

/** The bytes of a response's body and, where it is there, its text; nothing of an odd one. */
function bodyOf(response) {
  try {
    const { body } = response;
    if (typeof body === "string") {
      return { bytes: encoder.encode(body), text: body.isWellFormed?.() ? body : undefined };
    }
    const bytes = tag(body) === "Uint8Array";
    const memory = bytes ? buffer(body) : body;
    // Throws for anything else: shared memory is copied elsewhere.
    bufferLength(memory);
    return { bytes: bytes ? new Uint8Array(memory, byteOffset(body), byteLength(body)) : new Uint8Array(memory) };
  } catch {
    // A trap of the caller's, or no bytes: the module tells what is wrong.
    return {};
  }
}
