import * as v from "valibot";

import { isAhead, repeats } from "./beyond.mjs";

const id = (prefix) =>
  v.pipe(v.string(), v.regex(new RegExp(`^${prefix}[^\\u0000-\\u001f\\u007f-\\u009f]{1,126}$`)));
const common = {
  EventId: id("e-"),
  ResourceId: id("i-"),
  PlanUtcTime: v.optional(v.unknown()),
  DataPolicy: v.picklist(["abandon", "try_transfer", "force_transfer"]),
};
const password = v.pipe(
  v.string(),
  v.minLength(8),
  v.maxLength(30),
  v.regex(/[A-Z]/),
  v.regex(/[a-z]/),
  v.regex(/[0-9]/),
);

const item = v.variant("OpsType", [
  v.strictObject({ ...common, OpsType: v.literal("immediate"), Password: v.optional(password) }),
  v.strictObject({
    ...common,
    OpsType: v.literal("scheduled"),
    PlanTime: v.pipe(v.number(), v.safeInteger(), v.maxValue(253402300799999), v.check(isAhead)),
  }),
]);
const schema = v.strictObject({
  EventInfos: v.pipe(
    v.array(item),
    v.minLength(1),
    v.rawCheck(({ dataset: { value: items }, addIssue }) => {
      if (!Array.isArray(items)) return;
      repeats(items, (key) => {
        addIssue({ path: [{ type: "array", origin: "value", input: items, key, value: items[key] }] });
      });
    }),
  ),
});

export const valibot = {
  name: "valibot",
  check: (params) => v.safeParse(schema, params),
  valid: ({ success }) => success,
  each({ issues }, visit) {
    if (issues) for (const issue of issues) visit(issue.path, issue.type);
  },
  wrong: ({ issues }) => issues?.map(({ path }) => path[1].key) ?? [],
};
