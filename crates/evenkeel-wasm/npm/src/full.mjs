// What `evenkeel` exports. The types are in index.d.ts.
import { withIssues } from "./answers.mjs";
import { Issue } from "./packed/issues.mjs";
import { call } from "./instance.mjs";

export { parseEvents, parseResponse } from "./answers.mjs";
export { validate, validateJson } from "./checks.mjs";

export const operations = () => call("operations");

export const buildRequest = (operation, params, options) =>
  withIssues(call("buildRequest", operation, params, options));

export function message(issue, locale) {
  let told = issue;
  try {
    // Its own members are all that the text is made of.
    if (Issue.made(issue)) told = { ...issue };
  } catch {
    // A getter that somebody gave it.
    return "";
  }
  return call("message", told, locale);
}

Object.defineProperty(Issue.prototype, "message", {
  configurable: true,
  get() {
    return message(this);
  },
});
