// What `evenkeel` exports. The types are in index.d.ts.
import { withIssues } from "./answers.mjs";
import { Issue } from "./issues.mjs";
import { up } from "./instance.mjs";

export { parseEvents, parseResponse } from "./answers.mjs";
export { validate, validateJson } from "./checks.mjs";

export const operations = () => up().operations();

export const buildRequest = (operation, params, options) =>
  withIssues(up().buildRequest(operation, params, options));

export const message = (issue, locale) =>
  // Its own members are all that the text is made of.
  up().message(Issue.made(issue) ? { ...issue } : issue, locale);

Object.defineProperty(Issue.prototype, "message", {
  configurable: true,
  get() {
    return message(this);
  },
});
