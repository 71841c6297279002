// What ajv says, with what is beyond its schema.
import { isAhead, repeats } from "./beyond.mjs";

/** A peer from a function that ajv made. */
export function withAjv(name, validate) {
  return {
    name,
    check(params) {
      const issues = validate(params) ? [] : validate.errors;
      const items = params?.EventInfos;
      if (Array.isArray(items)) beyond(items, issues);
      return issues;
    },
    valid: (issues) => issues.length === 0,
    each(issues, visit) {
      for (const issue of issues) visit(issue.instancePath, issue.keyword);
    },
    wrong: (issues) => issues.map(({ instancePath }) => Number(instancePath.split("/")[2])),
  };
}

function beyond(items, issues) {
  const tell = (index, key, keyword) =>
    issues.push({ instancePath: `/EventInfos/${index}/${key}`, keyword, message: keyword });
  for (let index = 0; index < items.length; index++) {
    const at = items[index]?.PlanTime;
    if (typeof at === "number" && !isAhead(at)) tell(index, "PlanTime", "in_the_past");
  }
  repeats(items, (index) => tell(index, "EventId", "duplicate"));
}
