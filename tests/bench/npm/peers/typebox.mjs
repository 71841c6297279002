import { Compile } from "typebox/compile";
import { Settings } from "typebox/system";
import Type from "typebox";

import { isAhead, repeats } from "./beyond.mjs";

// It would stop at eight.
Settings.Set({ maxErrors: Number.MAX_SAFE_INTEGER });

const strict = { additionalProperties: false };
const id = (prefix) => Type.String({ pattern: `^${prefix}[^\\u0000-\\u001f\\u007f-\\u009f]{1,126}$` });
const common = {
  EventId: id("e-"),
  ResourceId: id("i-"),
  PlanUtcTime: Type.Optional(Type.Unknown()),
  DataPolicy: Type.Enum(["abandon", "try_transfer", "force_transfer"]),
};
const password = Type.String({
  minLength: 8,
  maxLength: 30,
  allOf: [{ pattern: "[A-Z]" }, { pattern: "[a-z]" }, { pattern: "[0-9]" }],
});
const ahead = Type.Refine(Type.Integer({ maximum: 253402300799999 }), isAhead);

const item = Type.Union([
  Type.Object(
    { ...common, OpsType: Type.Literal("immediate"), Password: Type.Optional(password) },
    strict,
  ),
  Type.Object({ ...common, OpsType: Type.Literal("scheduled"), PlanTime: ahead }, strict),
]);
const schema = Compile(Type.Object({ EventInfos: Type.Array(item, { minItems: 1 }) }, strict));

export const typebox = {
  name: "TypeBox",
  check(params) {
    const issues = schema.Check(params) ? [] : schema.Errors(params);
    const items = params?.EventInfos;
    if (Array.isArray(items)) {
      repeats(items, (index) => {
        issues.push({ instancePath: `/EventInfos/${index}/EventId`, keyword: "duplicate" });
      });
    }
    return issues;
  },
  valid: (issues) => issues.length === 0,
  each(issues, visit) {
    for (const issue of issues) visit(issue.instancePath, issue.keyword);
  },
  wrong: (issues) => issues.map(({ instancePath }) => Number(instancePath.split("/")[2])),
};
