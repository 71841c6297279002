// What `evenkeel` exports. The types are in index.d.ts.
import { unpackEvents } from "./events.mjs";
import { Issue, unpack } from "./issues.mjs";
import { up } from "./instance.mjs";

export { validate, validateJson } from "./checks.mjs";

export const operations = () => up().operations();

export const buildRequest = (operation, params, options) =>
  withIssues(up().buildRequest(operation, params, options));

export const parseResponse = (operation, params, response, options) => {
  const result = withIssues(up().parseResponse(operation, params, response, options));
  if (result.ok && result.value.events) result.value.events = unpackEvents(result.value.events);
  return result;
};

function withIssues(result) {
  if (result.issues) result.issues = unpack(result.issues);
  return result;
}

export const message = (issue, locale) =>
  // Its own members are all that the text is made of.
  up().message(Issue.made(issue) ? { ...issue } : issue, locale);

Object.defineProperty(Issue.prototype, "message", {
  configurable: true,
  get() {
    return message(this);
  },
});
