// What zod and zod mini say, with what is beyond the schema: as a `superRefine` of the array it would
// not run once an item is of a wrong type, and every issue is wanted.
import { repeats } from "./beyond.mjs";

export const withZod = (name, schema) => ({
  name,
  check(params) {
    const issues = schema.safeParse(params).error?.issues ?? [];
    const items = params?.EventInfos;
    if (Array.isArray(items)) {
      repeats(items, (index) => {
        issues.push({ code: "custom", path: ["EventInfos", index, "EventId"] });
      });
    }
    return issues;
  },
  valid: (issues) => issues.length === 0,
  each(issues, visit) {
    for (const issue of issues) visit(issue.path, issue.code);
  },
  wrong: (issues) => issues.map(({ path }) => path[1]),
});
