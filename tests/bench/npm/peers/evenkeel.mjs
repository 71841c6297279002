import { validate, validateJson } from "evenkeel";

import { NOW, OPERATION } from "../drafts.mjs";

const options = { now: NOW };

const answers = {
  name: "evenkeel",
  valid: ({ ok }) => ok,
  each({ issues }, visit) {
    for (const issue of issues) visit(issue.path, issue.code);
  },
  wrong: ({ issues }) =>
    issues.filter(({ severity }) => severity === "error").map(({ path }) => path[1]),
};

export const ofObjects = { ...answers, check: (params) => validate(OPERATION, params, options) };
export const ofJson = { ...answers, check: (bytes) => validateJson(OPERATION, bytes, options) };
