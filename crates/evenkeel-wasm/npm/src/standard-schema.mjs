// Standard Schema (v1) for the parameters of every operation: https://standardschema.dev
import { message, validate } from "evenkeel";

export function standardSchema(operation, options) {
  const { locale, ...rest } = options ?? {};
  return {
    "~standard": {
      version: 1,
      vendor: "evenkeel",
      validate(params) {
        const { ok, value, issues } = validate(operation, params, rest);
        if (ok) return { value };
        return {
          issues: issues
            .filter(({ severity }) => severity === "error")
            .map((issue) => ({
              ...issue,
              pointer: issue.pointer,
              location: issue.location,
              message: message(issue, locale),
            })),
        };
      },
    },
  };
}
