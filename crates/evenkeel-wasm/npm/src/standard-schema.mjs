// Standard Schema (v1) for the parameters of every operation: https://standardschema.dev
import { message, validate } from "evenkeel";

export function standardSchema(operation, options) {
  const { locale, ...rest } = options ?? {};
  const shown = (issue) => ({
    ...issue,
    pointer: issue.pointer,
    location: issue.location,
    message: message(issue, locale),
  });
  return {
    "~standard": {
      version: 1,
      vendor: "evenkeel",
      validate(params) {
        const { ok, value, issues } = validate(operation, params, rest);
        if (ok) return { value };
        const mistaken = mistakes(operation, rest);
        if (mistaken.length > 0) {
          // No field of a form is to blame.
          return {
            issues: mistaken.map(shown).map((issue) => ({
              ...issue,
              path: [],
              message: `${issue.location}: ${issue.message}`,
            })),
          };
        }
        return { issues: issues.filter(({ severity }) => severity === "error").map(shown) };
      },
    },
  };
}

/** What is wrong with the schema itself: an operation that there is not, an option. */
function mistakes(operation, options) {
  const { issues } = validate(operation, {}, options);
  return issues.filter(({ path: [first] }) => first === "operation" || first === "options");
}
