// `parseResponse` and `parseEvents`: the module reads an answer, and its events are made here.
import { bytesOf } from "./bytes.mjs";
import { toEvents, toTable } from "./packed/events.mjs";
import { unpack } from "./packed/issues.mjs";
import { call } from "./instance.mjs";

const encoder = new TextEncoder();

export function parseResponse(operation, params, response, options) {
  const { bytes, text } = bodyOf(response);
  const known = text !== undefined;
  const result = withIssues(call("parseResponse", operation, params, response, options, bytes, known, false));
  if (result.ok && result.value.events) result.value.events = toEvents(result.value.events, text);
  return result;
}

export function parseEvents(operation, params, response, options) {
  const { bytes, text } = bodyOf(response);
  const body = text ?? bytes;
  const known = body !== undefined;
  const result = withIssues(call("parseResponse", operation, params, response, options, bytes, known, true));
  if (result.ok) result.value.events = toTable(result.value.events, body);
  return result;
}

/** What the module hands out in a list of one. */
export function withIssues([result]) {
  if (result.issues) result.issues = unpack(result.issues);
  return result;
}

/** The bytes of a response's body and, where it is there, its text; nothing of an odd one. */
function bodyOf(response) {
  try {
    const { body } = response;
    if (typeof body !== "string") return { bytes: bytesOf(body) };
    return { bytes: encoder.encode(body), text: body.isWellFormed?.() ? body : undefined };
  } catch {
    // A trap of the caller's: the module tells what is wrong.
    return {};
  }
}
